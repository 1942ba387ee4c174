"""What the desks ask, a file for each kind of thing."""
