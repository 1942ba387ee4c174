"""Tests of courses, commands."""
