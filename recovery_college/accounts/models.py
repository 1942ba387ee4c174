"""The people of the college: everyone is a student, and some are tutors too."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model


class Person(Model):
    """Two people may share an e-mail address, so nothing here is unique but the row itself."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("trim(name) <> ''", name="has_a_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(index=True)
