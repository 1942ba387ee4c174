"""Enrolment's pages."""

from recovery_college.enrolment.views.places import bp

__all__ = ["bp"]
