"""Tests of calendars, commands."""
