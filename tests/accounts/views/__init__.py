"""Tests of accounts, views."""
