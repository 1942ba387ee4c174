"""What the machinery asks of the database."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.config import ROOT
from recovery_college.database import db


def database_answers() -> bool:
    try:
        return bool(db.session.scalar(select(1)))
    except SQLAlchemyError:
        return False


def is_migrated() -> bool:
    """Whether the tables are those that this version of the code was written for."""
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    return MigrationContext.configure(db.session.connection()).get_current_revision() == newest
