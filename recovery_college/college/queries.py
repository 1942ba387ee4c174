"""The college as it stands now."""

from flask import current_app
from sqlalchemy import select

from recovery_college.college.models import Setting
from recovery_college.college.rules import College, college_from
from recovery_college.database import db


def the_college() -> College:
    rows = db.session.execute(select(Setting.key, Setting.value))
    return college_from(current_app.config["NAME"], {row.key: row.value for row in rows})
