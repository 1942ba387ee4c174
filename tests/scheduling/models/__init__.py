"""Tests of scheduling, models."""
