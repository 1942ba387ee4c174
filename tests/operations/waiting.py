"""What tests of real workers wait for: with much patience, for a machine may be slow."""

import os
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from recovery_college.database import db
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from tests.breaking import broken
from tests.post_office import PostOffice

FULL = os.environ.get("PROOF") == "full"
PATIENCE = 1200 if FULL else 15 if broken() else 120  # seconds; what was lost never comes


def wait_until(reached: Callable[[], bool], app: Flask | None = None) -> None:
    """With an application, the workers are asked to look every now and then."""
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until
        if app is not None:
            jobs_of(app).ask(DELIVER)
        time.sleep(0.05)


def have_come(office: PostOffice, many: int) -> bool:
    return len(office.letters) >= many


def count_sent() -> int:
    db.session.rollback()
    sent = select(func.count(OutboxMessage.id)).where(OutboxMessage.state == MessageState.SENT)
    return db.session.scalars(sent).one()
