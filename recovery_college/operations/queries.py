"""What the machinery asks of the database."""

import sqlite3

from flask import current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.database import db
from recovery_college.messages.jobs import jobs_of
from recovery_college.operations.versions import versions


def database_answers() -> bool:
    try:
        return bool(db.session.scalar(select(1)))
    except SQLAlchemyError:
        return False


def queue_answers() -> bool:
    """Whether the worker can be asked for something; not whether one runs."""
    try:
        return bool(jobs_of(current_app).queue.pending_count() >= 0)
    except away():
        return False


def away() -> tuple[type[Exception], ...]:
    """What is raised while a database is away: huey speaks to both without SQLAlchemy."""
    import psycopg

    return (SQLAlchemyError, sqlite3.Error, psycopg.Error)


def is_migrated() -> bool:
    """Whether the tables are those that this version of the code was written for."""
    return _revision() == versions()[-1]


def can_serve() -> bool:
    """Whether they are those, or those of a version after it: during an upgrade that goes first,
    and a release only adds to what the one before reads.
    """
    return _revision() >= versions()[-1]


def _revision() -> str:
    """Nothing where nobody has migrated."""
    connection = db.session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
