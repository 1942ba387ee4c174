"""Tests of scheduling, commands."""
