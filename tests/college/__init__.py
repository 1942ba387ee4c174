"""Tests of the college's own rules and words."""
