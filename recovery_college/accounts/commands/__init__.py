"""What can be done about people and how they sign in, a file for each family of verbs."""
