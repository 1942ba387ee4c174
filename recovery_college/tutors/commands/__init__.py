"""What can be done about tutors, a file for each family of verbs.

The trail tells of it under their person: what they teach as has no name of its own.
"""
