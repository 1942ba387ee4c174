"""Tests of tutors, calendars."""
