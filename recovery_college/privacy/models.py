"""Copies that people asked for, and the numbers of records that were merged away."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model


class DataCopy(Model):
    """Everything about a person, zipped. `content` is None until the worker has made it."""

    __tablename__ = "data_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    ready_at: Mapped[datetime | None]


class MergedPerson(Model):
    """Where a record went that was one of two of the same person."""

    __tablename__ = "merged_person"

    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    merged_at: Mapped[datetime]
