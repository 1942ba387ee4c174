"""The college as it stands now."""

from types import SimpleNamespace
from typing import cast

from flask import current_app, g
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.college.models import Setting
from recovery_college.college.rules import College, college_from
from recovery_college.database import db, known

SETTINGS = select(Setting.key, Setting.value)


def the_college() -> College:
    """As its settings say; a command reads them once."""
    return known("college", _read)


def go_by(college: College) -> None:
    """A command that was given the college reads it no more."""
    known("college", lambda: college)


def _read() -> College:
    rows = db.session.connection().execute(SETTINGS).all()
    return college_from(current_app.config["NAME"], {row.key: row.value for row in rows})


class Draft(SimpleNamespace):
    """The settings as a form shows them; a `College` can't be written to."""


def settings_to_edit() -> Draft:
    return Draft(**vars(the_college()))


def college_on_pages() -> College:
    """The college that a page's frame shows: read when first asked for, once a request."""
    if "college" not in g:
        try:
            g.college = current_app.extensions["college"] = the_college()
        except SQLAlchemyError:
            do_not_read_the_college()
    return cast(College, g.college)


def do_not_read_the_college() -> None:
    """When the database can't be asked, a page shows the college as it was last seen.

    Before it was ever seen: its name, and no telephone number that might be wrong.
    """
    unseen = College(name=current_app.config["NAME"], office_phone="")
    g.college = current_app.extensions.get("college", unseen)
