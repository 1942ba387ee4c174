"""A workbook that is sent to the office's page: looked at, kept until somebody says yes, taken in.

Reading it is slow, so it happens outside the transactions.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, forget_old_pages, one_at_a_time, transaction
from recovery_college.errors import Refusal
from recovery_college.intake import commands, queries
from recovery_college.intake.models import ImportUpload
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.rules.report import told
from recovery_college.intake.workbook import read_content

UPLOAD_LIVES = timedelta(days=1)
ANSWER_LIVES = timedelta(days=7)  # what was left out is done by hand in that time
NAME = "This file"


def send_workbook(actor: Person, content: bytes) -> ImportUpload:
    """Keep it, with what would be taken of it. What they had sent before, and not said yes to,
    is let go of.

    Raises a `Refusal` for what is no workbook.
    """
    workbook = read_content(NAME, content, _quiet)
    reading = read_sheets(workbook.sheets)
    report = commands.check(actor, reading, _quiet)
    now = clock.now()
    with transaction():
        _drop(actor, ImportUpload.taken_at.is_(None))
        upload = ImportUpload(
            owner_id=actor.id,
            uploaded_at=now,
            ends_at=now + UPLOAD_LIVES,
            digest=workbook.digest,
            content=content,
            told=told(report, reading.understood),
        )
        db.session.add(upload)
    return upload


def take_workbook(actor: Person, upload: ImportUpload) -> None:
    """Take it in, once: a second press finds it taken. The file itself is let go of."""
    content = upload.content
    if content is None:
        return
    reading = read_sheets(read_content(NAME, content, _quiet).sheets)
    now = clock.now()
    with transaction():
        one_at_a_time(commands.IMPORT)
        standing = queries.own_upload(actor, upload.id, now)
        if standing.taken_at is not None:
            return
        _drop(actor, ImportUpload.taken_at.is_not(None))
        report = commands.take(actor, reading, standing.digest, _quiet)
        standing.taken_at, standing.content = now, None
        standing.ends_at = now + ANSWER_LIVES
        standing.told = told(report, reading.understood)
    forget_old_pages()


def drop_upload(actor: Person, upload: ImportUpload) -> None:
    with transaction():
        if queries.own_upload(actor, upload.id, clock.now()).taken_at is not None:
            raise Refusal("This workbook was taken in already.")
        _drop(actor, ImportUpload.taken_at.is_(None))
    forget_old_pages()


def forget_old_uploads() -> None:
    """Those that nobody came back to, and the answers to those that were taken."""
    with transaction():
        db.session.execute(delete(ImportUpload).where(ImportUpload.ends_at <= clock.now()))


def _drop(owner: Person, which: ColumnElement[bool]) -> None:
    db.session.execute(delete(ImportUpload).where(ImportUpload.owner_id == owner.id, which))


def _quiet(_what: str, _count: int) -> None:
    """A page says nothing until it is there."""
