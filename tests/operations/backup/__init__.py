"""Tests of keeping a college, and having it back."""
