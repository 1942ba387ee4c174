"""A server that looks without locking, so that a test can see what would become of it."""

import os
import time
from typing import Any

from recovery_college import database
from recovery_college.app import create_app
from recovery_college.database import Model, db
from recovery_college.enrolment.commands import enrolling

looked = enrolling._pool_for


def look_only(*rows: Model) -> None:
    for row in rows:
        db.session.refresh(row)


def look_and_think(*asked: Any) -> Any:
    """As a busy machine does, between looking and writing."""
    pool = looked(*asked)
    time.sleep(0.05)
    return pool


enrolling.__dict__["hold"] = look_only
enrolling.__dict__["_pool_for"] = look_and_think
database.WRITING["sqlite_begin"] = "DEFERRED"
app = create_app(os.environ)
