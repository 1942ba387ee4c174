"""Tutors. Their names and sides are public only as they wish."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.database import Model


class Tutor(Model):
    """A person who teaches. `role` is their job in their own words, as in "Nurse"."""

    __tablename__ = "tutor"
    __table_args__ = (CheckConstraint("sessions_a_week > 0", name="some_sessions_a_week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    role: Mapped[str] = mapped_column(default="")
    sessions_a_week: Mapped[int | None]
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.NOT_NAMED)

    person: Mapped[Person] = relationship()
    sides: Mapped[list["TutorSide"]] = relationship(
        order_by="TutorSide.side", cascade="all, delete-orphan"
    )
    teaches: Mapped[list["Teaches"]] = relationship(cascade="all, delete-orphan")
    days: Mapped[list["TutorDay"]] = relationship(
        order_by="TutorDay.weekday", cascade="all, delete-orphan"
    )


class TutorSide(Model):
    """One or both halves of the pair that a tutor can be."""

    __tablename__ = "tutor_side"

    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(primary_key=True)


class Teaches(Model):
    """A course that a tutor can teach."""

    __tablename__ = "teaches"

    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)


class TutorDay(Model):
    """A day of the week on which a tutor can teach: 0 is Monday, 6 is Sunday."""

    __tablename__ = "tutor_day"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_the_week"),)

    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
