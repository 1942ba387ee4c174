"""Tests of privacy, commands."""
