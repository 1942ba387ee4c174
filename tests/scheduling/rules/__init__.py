"""Tests of scheduling, rules."""
