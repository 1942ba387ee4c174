"""People's rights over what is kept: to take it along, to be one record, to be forgotten."""
