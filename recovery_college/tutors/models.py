"""Tutors. Their names and sides are public only as they wish."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.database import Model, refuses
from recovery_college.tutors.rules import (
    DEBRIEF_MINUTES,
    PREPARE_MINUTES,
    CalendarTrouble,
    Step,
    Work,
)
from recovery_college.tutors.rules.hours import MonthConfirmed


class Tutor(Model):
    """A person who teaches. `role` is their job in their own words, as in "Nurse".

    The limits are their own: None is none. Preparation and debrief count as hours with every
    session. `hours_a_month` is their cap, so that teaching never harms other income.
    """

    __tablename__ = "tutor"
    __table_args__ = (
        CheckConstraint("sessions_a_week > 0", name="some_sessions_a_week"),
        CheckConstraint("sessions_a_term > 0", name="some_sessions_a_term"),
        CheckConstraint("hours_a_month > 0", name="some_hours_a_month"),
        CheckConstraint("gap_minutes >= 0", name="gap_not_below_nothing"),
        CheckConstraint(
            "prepare_minutes >= 0 AND debrief_minutes >= 0", name="minutes_not_below_nothing"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    role: Mapped[str] = mapped_column(default="")
    sessions_a_week: Mapped[int | None]
    sessions_a_term: Mapped[int | None]
    hours_a_month: Mapped[int | None]
    gap_minutes: Mapped[int] = mapped_column(default=0)
    no_evenings: Mapped[bool] = mapped_column(default=False)
    prepare_minutes: Mapped[int] = mapped_column(default=PREPARE_MINUTES)
    debrief_minutes: Mapped[int] = mapped_column(default=DEBRIEF_MINUTES)
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.NOT_NAMED)

    person: Mapped[Person] = relationship()
    sides: Mapped[list["TutorSide"]] = relationship(
        order_by="TutorSide.side", cascade="all, delete-orphan"
    )
    teaches: Mapped[list["Teaches"]] = relationship(cascade="all, delete-orphan")
    windows: Mapped[list["TutorWindow"]] = relationship(
        order_by="TutorWindow.weekday, TutorWindow.starts, TutorWindow.id",
        cascade="all, delete-orphan",
    )
    reaches: Mapped[list["TutorVenue"]] = relationship(cascade="all, delete-orphan")
    training: Mapped[list["TrainingStep"]] = relationship(
        order_by="TrainingStep.id", cascade="all, delete-orphan"
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
    step: Mapped[Step] = mapped_column(default=Step.READY)


class TutorVenue(Model):
    """A venue that a tutor can reach. Who names none can reach them all."""

    __tablename__ = "tutor_venue"

    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True, index=True)


class TrainingStep(Model):
    """A step of a tutor's training pathway; `done_on` is None while it is to come."""

    __tablename__ = "training_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    name: Mapped[str]
    done_on: Mapped[date | None]


class TutorWindow(Model):
    """Hours of one day of the week in which a tutor can teach, on the college's wall clock.

    0 is Monday, 6 is Sunday. Who has no windows at all has not said when they can.
    """

    __tablename__ = "tutor_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_the_week"),
        CheckConstraint("starts < ends", name="ends_after_it_starts"),
        CheckConstraint("from_on <= until_on", name="until_after_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class TutorAway(Model):
    """Days, the last one included, on which a tutor can't teach. Nobody asks why."""

    __tablename__ = "tutor_away"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        Index("ix_tutor_away_tutor_id_ends_on", "tutor_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class BusyCalendar(Model):
    """A tutor's own calendar. `link` is sealed, for whoever has it can read the calendar;

    None is a file that was sent once. `next_read_at` is when the worker looks again.
    """

    __tablename__ = "busy_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), index=True)
    link: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    next_read_at: Mapped[datetime | None] = mapped_column(index=True)
    trouble: Mapped[CalendarTrouble | None]


class BusyTime(Model):
    """When a tutor's own calendar says they are busy: never with what."""

    __tablename__ = "busy_time"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        Index("ix_busy_time_tutor_id_starts_at", "tutor_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("busy_calendar.id"), index=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class WorkEntry(Model):
    """Hours that a tutor writes down besides their sessions."""

    __tablename__ = "work_entry"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="some_minutes"),
        Index("ix_work_entry_tutor_id_worked_on", "tutor_id", "worked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"))
    worked_on: Mapped[date]
    kind: Mapped[Work]
    minutes: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")


class HoursSheet(Model):
    """A month's hours as their tutor confirmed them; `month` is its first day.

    `lines` are kept as they were then. A manager approves it for payroll.
    """

    __tablename__ = "hours_sheet"
    __table_args__ = (UniqueConstraint("tutor_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"))
    month: Mapped[date] = mapped_column(index=True)
    minutes: Mapped[int]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    confirmed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    tutor: Mapped[Tutor] = relationship()
    approved_by: Mapped[Person | None] = relationship()


refuses("uq_hours_sheet_tutor_id_month", MonthConfirmed)
refuses("hours_sheet.tutor_id, hours_sheet.month", MonthConfirmed)
