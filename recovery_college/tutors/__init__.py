"""Who teaches: the side of the pair they bring, what they teach, and when they can."""
