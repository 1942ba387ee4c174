"""What can be done about courses, a file for each family of verbs."""
