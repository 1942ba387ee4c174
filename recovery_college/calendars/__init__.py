"""The entries that sessions have in people's calendars, their invites, and private feeds."""
