"""Tests of tutors, commands."""
