"""The people of the college: everyone is a student, and some have roles besides.

Why somebody comes, and their equality answers, stand in tables of their own. No relationship
leads there from the person: only the person themself is shown them, and reports count them.
"""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, Text, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship, validates

from recovery_college import clock
from recovery_college.accounts.rules import (
    ContactBy,
    Invites,
    JoinStep,
    Role,
    is_office,
    reached_by,
)
from recovery_college.accounts.words import searchable
from recovery_college.addresses import mobile
from recovery_college.database import Model
from recovery_college.messages.rules import Channel, Hours, Recipient

SHARES_NEEDS = text("needs_shared AND needs <> ''")
UNREACHED = text("join_step IS NULL AND email IS NULL AND trim(phone) = '' AND trim(address) = ''")
JOINING = text("join_step IS NOT NULL")


class Person(Model):
    """Two people may share an e-mail address, so nothing here is unique but the row itself.

    `needs` is what helps them take part, in their own words; `needs_shared` their consent to
    share it with the tutors of their sessions. `invites` is when entries come to their calendar,
    `safe_from` and `safe_until` the hours in which hearing from the college does no harm.
    `earlier` is what a record said that was merged into this one, where the two differed.
    `restricted_to` is the one manager who may open their record, if they wished so. `join_step`
    is the page of joining that they come back to; None for whoever has joined, was added by the
    office, or came with the spreadsheet.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("trim(name) <> ''", name="has_a_name"),
        CheckConstraint("restricted_to_id <> id", name="restricted_to_another"),
        CheckConstraint("(safe_from IS NULL) = (safe_until IS NULL)", name="safe_hours_whole"),
        Index(
            "ix_person_shares_needs",
            "id",
            postgresql_where=SHARES_NEEDS,
            sqlite_where=SHARES_NEEDS,
        ),
        Index(
            "ix_person_unreached",
            "name",
            "id",
            postgresql_where=UNREACHED,
            sqlite_where=UNREACHED,
        ),
        Index("ix_person_made_at", "made_at"),
        Index(
            "ix_person_joining",
            "name",
            "id",
            postgresql_where=JOINING,
            sqlite_where=JOINING,
        ),
        {"sqlite_autoincrement": True},  # or a newcomer's number is that of somebody forgotten
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    called: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(Text, default="")
    contact_by: Mapped[ContactBy | None]
    contact_when: Mapped[str] = mapped_column(Text, default="")
    discreet: Mapped[bool] = mapped_column(default=True)
    neutral: Mapped[bool] = mapped_column(default=False)
    invites: Mapped[Invites] = mapped_column(default=Invites.WEEK)
    safe_from: Mapped[time | None]
    safe_until: Mapped[time | None]
    needs: Mapped[str] = mapped_column(Text, default="")
    needs_shared: Mapped[bool] = mapped_column(default=False)
    emergency_contact: Mapped[str] = mapped_column(Text, default="")
    earlier: Mapped[str] = mapped_column(Text, default="")
    over_18_at: Mapped[datetime | None]
    restricted_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    search: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    joined_at: Mapped[datetime | None]
    join_step: Mapped[JoinStep | None]
    active_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    ending_told_at: Mapped[datetime | None]

    role_rows: Mapped[list["RoleGiven"]] = relationship(
        foreign_keys="RoleGiven.person_id", order_by="RoleGiven.role", cascade="all, delete-orphan"
    )
    sign_in: Mapped["SignIn | None"] = relationship(cascade="all, delete-orphan")

    @validates("email")
    def _no_address_is_none(self, _field: str, typed: str | None) -> str | None:
        """A form's empty field; nobody is found by it."""
        return typed or None

    @property
    def shares_needs(self) -> bool:
        return self.needs_shared and self.needs != ""

    @property
    def goes_by(self) -> str:
        """What they like to be called."""
        return self.called or self.name

    def recipient_by(self, channels: Collection[Channel]) -> Recipient:
        """How they hear from a college that has these: as they wish, or as it reaches them."""
        ways = {way: self._reached_at(way) for way in Channel if way in channels}
        return self.recipient_at(reached_by(self.contact_by, ways))

    def recipient_at(self, channel: Channel) -> Recipient:
        """This way and no other; without an address if it does not reach them."""
        return Recipient(channel, self._reached_at(channel), self.id, self.safe)

    def _reached_at(self, channel: Channel) -> str:
        return {
            Channel.EMAIL: self.email or "",
            Channel.TEXT: mobile(self.phone),
            Channel.LETTER: self.address,
            Channel.CALL: self.phone,
        }[channel]

    @property
    def safe(self) -> Hours | None:
        """The hours in which it is safe for them to hear from the college; None is always."""
        if self.safe_from is None or self.safe_until is None:
            return None
        return Hours(self.safe_from, self.safe_until)

    @property
    def is_joining(self) -> bool:
        return self.join_step is not None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(each.role for each in self.role_rows)

    @property
    def is_tutor(self) -> bool:
        return Role.TUTOR in self.roles

    @property
    def is_office(self) -> bool:
        return is_office(self.roles)

    @property
    def is_manager(self) -> bool:
        return Role.MANAGER in self.roles


class RoleGiven(Model):
    """A role, by whom it was given and when; None for the operator at the command line."""

    __tablename__ = "role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True, index=True)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class SignIn(Model):
    """The address that a person has proven to be theirs: the first to do so signs in with it."""

    __tablename__ = "sign_in"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    address_key: Mapped[str] = mapped_column(unique=True)
    verified_at: Mapped[datetime]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None]


class RingFirst(Model):
    """ "Speak to us first", or "not together" with `other`. No reason is kept.

    Managers only; the first is set with the person's knowledge. Either is looked at again
    on `review_on`.
    """

    __tablename__ = "ring_first"
    __table_args__ = (CheckConstraint("other_id <> person_id", name="two_people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    review_on: Mapped[date]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    set_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    other: Mapped[Person | None] = relationship(foreign_keys=other_id)


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def _follow_the_words(_mapper: Mapper[Person], _connection: Connection, person: Person) -> None:
    """What the office's search reads is worked out from the words, never written by hand."""
    person.search = searchable(
        person.name, person.called or "", person.email or "", person.phone, person.earlier or ""
    )
