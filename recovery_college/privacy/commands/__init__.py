"""What is done with all that is kept about a person, a file for each right."""
