"""A recovery college's courses, its pairs of tutors and its students."""
