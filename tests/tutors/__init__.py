"""Tests of tutors."""
