"""Tests of desks, views."""
