"""What can be done about terms, places, runs and sessions, a file for each family of verbs."""
