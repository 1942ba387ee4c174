"""Tests of prospectus."""
