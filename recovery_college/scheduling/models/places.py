"""Venues, their rooms, and how far they are apart."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recovery_college.database import Model


class Venue(Model):
    """A place where courses meet, or "Online". Its slug stays when its name changes."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    online: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(Text, default="")
    getting_there: Mapped[str] = mapped_column(Text, default="")
    buses: Mapped[str] = mapped_column(Text, default="")
    parking: Mapped[str] = mapped_column(Text, default="")
    toilets: Mapped[str] = mapped_column(Text, default="")
    door_photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    door_photo_words: Mapped[str] = mapped_column(Text, default="")

    rooms: Mapped[list["Room"]] = relationship(
        back_populates="venue", order_by="Room.id", cascade="all, delete-orphan"
    )


class Room(Model):
    """Where a session meets. What nobody has said yet is None, and shown as such.

    An online room is not exclusive: any number of sessions meet in it at once. A room
    `outside` is somebody else's: it is asked for, and then confirmed.
    """

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("venue_id", "name"),
        UniqueConstraint("id", "exclusive"),
        CheckConstraint("places > 0", name="some_places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    places: Mapped[int | None]
    exclusive: Mapped[bool] = mapped_column(default=True)
    outside: Mapped[bool] = mapped_column(default=False)
    step_free: Mapped[bool | None]
    hearing_loop: Mapped[bool | None]
    quiet_space: Mapped[bool | None]

    venue: Mapped[Venue] = relationship(back_populates="rooms")


class TravelTime(Model):
    """Minutes from one venue to another, and back. Pairs without one take the usual time."""

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("venue_id < other_id", name="one_row_a_pair"),
        CheckConstraint("minutes >= 0", name="not_below_nothing"),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True, index=True)
    minutes: Mapped[int]
