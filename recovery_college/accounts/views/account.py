"""The blueprint on which a person's own pages stand."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
