"""Tests of accounts, forms."""
