"""Tests of accounts, commands."""
