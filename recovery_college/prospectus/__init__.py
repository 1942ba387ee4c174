"""The public pages: what runs, when, where, with how many places left. It owns no tables."""
