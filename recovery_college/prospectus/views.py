"""The public pages. Nobody needs to sign in, and nothing about a visitor is kept."""

from flask import Blueprint, render_template

from recovery_college.accounts.access import open_to_anyone

bp = Blueprint("prospectus", __name__)


@bp.get("/")
@open_to_anyone
def home() -> str:
    return render_template("home.html")
