"""What can be done about venues, their rooms, and the picture of the door."""

from collections.abc import Mapping

from sqlalchemy import delete, or_

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses.rules import free_slug, slug_of
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.editing import Edit, apply
from recovery_college.scheduling import queries
from recovery_college.scheduling.models import Room, TravelTime, Venue
from recovery_college.scheduling.rules import places
from recovery_college.scheduling.rules.pictures import check_picture
from recovery_college.tutors.models import TutorVenue

VENUES = "venues"


def make_venue(actor: Person, values: Mapping[str, object]) -> Venue:
    """A place or, if `online`, no place at all: any number of sessions meet there at once."""
    now = clock.now()
    with transaction():
        one_at_a_time(VENUES)
        _check_name_free(str(values["name"]), None)
        slug = free_slug(slug_of(str(values["name"])), queries.venue_slugs())
        venue = Venue(slug=slug, **values)
        db.session.add(venue)
        db.session.flush()
        audit.record(actor, "made", venue, fields=sorted(values), at=now)
    return venue


def edit_venue(actor: Person, venue: Venue, edit: Edit) -> None:
    """Its address on the site stays, and so does whether it is online."""
    now = clock.now()
    with transaction():
        one_at_a_time(VENUES)
        hold(venue)
        fields = apply(venue, edit)
        _check_name_free(venue.name, venue)
        if fields:
            audit.record(actor, "changed", venue, fields=fields, at=now)


def show_door(actor: Person, venue: Venue, photo: bytes, words: str) -> None:
    """A picture of the door, with words for those who don't see it."""
    now = clock.now()
    with transaction():
        hold(venue)
        check_picture(photo)
        venue.door_photo, venue.door_photo_words = photo, words
        audit.record(actor, "showed the door of", venue, fields=("door_photo",), at=now)


def hide_door(actor: Person, venue: Venue) -> None:
    now = clock.now()
    with transaction():
        hold(venue)
        venue.door_photo, venue.door_photo_words = None, ""
        audit.record(actor, "hid the door of", venue, fields=("door_photo",), at=now)


def remove_venue(actor: Person, venue: Venue) -> None:
    """With its rooms, if nothing was ever planned in them."""
    now = clock.now()
    with transaction():
        hold(venue, *venue.rooms)
        places.check_nothing_planned(*queries.sessions_in(venue.rooms, now))
        audit.record(actor, "removed", venue, fields=("name", "rooms"), at=now)
        roads = or_(TravelTime.venue_id == venue.id, TravelTime.other_id == venue.id)
        db.session.execute(delete(TravelTime).where(roads))
        db.session.execute(delete(TutorVenue).where(TutorVenue.venue_id == venue.id))
        db.session.delete(venue)


def set_travel(actor: Person, venue: Venue, edit: Edit) -> None:
    """Minutes from here to other venues, by `to_<id>`; empty is the usual time."""
    now = clock.now()
    with transaction():
        one_at_a_time(VENUES)
        hold(venue)
        for field in apply(queries.ways_from(venue), edit):
            other = int(field.removeprefix("to_"))
            ids = {"venue_id": min(venue.id, other), "other_id": max(venue.id, other)}
            db.session.execute(delete(TravelTime).filter_by(**ids))
            minutes = edit.values[field]
            if isinstance(minutes, int):
                db.session.add(TravelTime(**ids, minutes=minutes))
            audit.record(actor, "changed", venue, fields=("travel_time",), at=now)


def make_room(actor: Person, venue: Venue, values: Mapping[str, object]) -> Room:
    now = clock.now()
    with transaction():
        hold(venue)
        _check_room_free(venue, str(values["name"]), None)
        room = Room(venue=venue, exclusive=not venue.online, **values)
        db.session.add(room)
        db.session.flush()
        audit.record(actor, "made", room, fields=("venue", *sorted(values)), at=now)
    return room


def edit_room(actor: Person, room: Room, edit: Edit) -> None:
    """It can't become smaller than a run that meets there needs."""
    now = clock.now()
    with transaction():
        hold(room.venue, room)
        fields = apply(room, edit)
        _check_room_free(room.venue, room.name, room)
        places.check_room_holds(room.places, queries.most_places_in(room, now))
        if fields:
            audit.record(actor, "changed", room, fields=fields, at=now)


def remove_room(actor: Person, room: Room) -> None:
    now = clock.now()
    with transaction():
        hold(room.venue, room)
        places.check_nothing_planned(*queries.sessions_in([room], now))
        audit.record(actor, "removed", room, fields=("venue", "name"), at=now)
        db.session.delete(room)


def _check_name_free(name: str, venue: Venue | None) -> None:
    with db.session.no_autoflush:
        if queries.venue_is_named(name, venue):
            raise places.NameTaken("Another venue already has this name.", field="name")


def _check_room_free(venue: Venue, name: str, room: Room | None) -> None:
    wanted = name.casefold()
    if any(each.name.casefold() == wanted for each in venue.rooms if each is not room):
        raise places.NameTaken("Another room here already has this name.", field="name")
