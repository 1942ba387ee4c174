"""What the college offers: strands, courses, and the record of who made each one together."""
