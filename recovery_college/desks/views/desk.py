"""The blueprint on which every desk's pages stand."""

from flask import Blueprint

bp = Blueprint("desks", __name__)
