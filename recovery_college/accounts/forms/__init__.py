"""What people are asked about themselves, a file for each kind of thing."""
