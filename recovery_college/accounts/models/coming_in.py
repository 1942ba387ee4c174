"""How people come in: where they are signed in, their links, who else signs them on, and tries."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.accounts.models.people import Person
from recovery_college.database import Model


class Visit(UserMixin, Model):
    """One device on which a person is signed in. Only a digest of its key is kept.

    `device` is a few words, as in "Firefox on Android". `second_factor_at` is when they
    proved themself a second time.
    """

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("began_at < ends_at", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key_digest: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    own_device: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(default="")
    second_factor_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    key = ""  # known only while it is handed to the device
    has_factor = False  # whether its person has one, as the query that found the visit says

    def get_id(self) -> str:
        """What the device's cookie holds."""
        return self.key


class OneTimeLink(Model):
    """A link to sign in with, which also proves an address. It works once, for a while.

    It is nobody's when nobody is known at the address: then they may join with it.
    `device_digest` tells whether it is opened on the device that asked for it.
    """

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    key_digest: Mapped[str] = mapped_column(unique=True)
    address_key: Mapped[str]
    device_digest: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class SignOn(Model):
    """Who somebody is at the organisation that signs them on (OpenID Connect)."""

    __tablename__ = "sign_on"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]


class Throttle(Model):
    """Tries against one account or from one network, shared by all processes.

    `key` is a keyed digest, so that the table tells nobody's address.
    """

    __tablename__ = "throttle"
    __table_args__ = (CheckConstraint("tries >= 0", name="some_tries"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    since_at: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime | None]
