"""What the machinery asks of the database."""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.database import db


def database_answers() -> bool:
    try:
        return bool(db.session.scalar(select(1)))
    except SQLAlchemyError:
        return False
