"""Tests of what the machinery that watches can see."""
