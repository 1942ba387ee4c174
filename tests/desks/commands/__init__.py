"""Tests of desks, commands."""
