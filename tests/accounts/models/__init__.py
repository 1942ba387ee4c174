"""Tests of accounts, models."""
