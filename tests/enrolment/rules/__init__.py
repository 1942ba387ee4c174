"""Tests of enrolment, rules."""
