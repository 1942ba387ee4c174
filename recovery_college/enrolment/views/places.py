"""The blueprint of all of them."""

from flask import Blueprint

from recovery_college.enrolment import queries

bp = Blueprint("enrolment", __name__)

__all__ = ["bp", "queries"]
