"""What can be done about places, a file for each family of verbs."""
