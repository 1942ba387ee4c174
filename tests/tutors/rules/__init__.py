"""Tests of tutors, rules."""
