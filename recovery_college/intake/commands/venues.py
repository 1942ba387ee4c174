"""Venues and their rooms out of the workbook, and how a date's words find one."""

from collections.abc import Iterable

from recovery_college.courses.rules import free_slug, slug_of
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.rules.cells import is_online
from recovery_college.intake.rules.lookup import Lookup, same
from recovery_college.intake.rules.series import RoomPlace
from recovery_college.intake.rules.tabs.venues import VENUES, RoomRow
from recovery_college.scheduling.models import Room, Venue

ONLY_ROOM = "Main room"
OF_VENUE = {
    "address": "address",
    "getting_there": "getting there",
    "buses": "buses",
    "parking": "parking",
    "toilets": "toilets",
}
OF_ROOM = {
    "places": "places",
    "step_free": "step-free",
    "hearing_loop": "hearing loop",
    "quiet_space": "quiet space",
}


class Rooms:
    """Every room by venue and name, however a timetable puts it."""

    def __init__(self) -> None:
        self.venues = Lookup[Venue]("venue")
        self.by_id: dict[int, Room] = {}
        self._refused: dict[str, object] = {}
        self._meant: dict[tuple[str, str], RoomPlace] = {}

    def refuse(self, venue: str, room: str, source: object) -> None:
        self._refused[same(f"{venue} {room}")] = source

    def place(self, venue: str, room: str) -> RoomPlace | None:
        """The one room that the words mean; None when they say nothing."""
        if not venue and not room:
            return None
        if (venue, room) not in self._meant:
            self._meant[venue, room] = self._find(venue, room)
        return self._meant[venue, room]

    def _find(self, venue: str, room: str) -> RoomPlace:
        found = list(self._rooms(venue, room)) or list(self._rooms_in_one(venue or room))
        if len(found) != 1:
            raise self._which(venue, room, found)
        return _place_of(found[0])

    def _rooms(self, venue: str, room: str) -> Iterable[Room]:
        for each in self.by_id.values():
            at_venue = not venue or same(each.venue.name) == same(venue)
            if at_venue and (not room or same(each.name) == same(room)):
                yield each

    def _rooms_in_one(self, words: str) -> Iterable[Room]:
        """As in "Harbour House, Tide Room", all in one column."""
        for each in self.by_id.values():
            if same(f"{each.venue.name} {each.name}") == same(words):
                yield each

    def _which(self, venue: str, room: str, found: list[Room]) -> Refusal:
        row = self._refused.get(same(f"{venue} {room}"))
        if row:
            return Refusal(f"This room was not taken: see {row}.", field="room")
        if found:
            return Refusal(
                f"Which room? It could be {_either(found)}.", field="room" if venue else "venue"
            )
        if venue:
            at = self.venues.find(venue, field="venue")
            return Refusal(
                f'There is no room "{room}" at {at.name} in the list of rooms. '
                f"It has {_either(at.rooms)}.",
                field="room",
            )
        return Refusal(f'"{room}" is not in the list of rooms.', field="room")


def take_venues(arrival: Arrival) -> Rooms:
    rooms = Rooms()
    there = queries.venues()
    standing = {room for venue in there for room in venue.rooms}
    for venue in there:
        rooms.venues.add(venue.name, venue)
    for source, lost in arrival.reading.lost[VENUES.holds]:
        rooms.refuse(lost.get("venue", ""), lost.get("room", ""), source)
    slugs = {venue.slug for venue in there}
    listed: dict[Room, RoomRow] = {}
    for row in arrival.reading.of(VENUES):
        try:
            venue = _venue(arrival, rooms, row, slugs)
            _check_once(row, venue, listed)
            listed[_room(arrival, venue, row)] = row
        except Refusal as refusal:
            rooms.refuse(row.venue, row.room, row.source)
            arrival.refuse(row, refusal)
    db.session.flush()
    everything = [*there, *(room.venue for room in listed if room.venue not in there)]
    rooms.by_id = {room.id: room for venue in everything for room in venue.rooms}
    gone = sorted(_where(room) for room in standing - listed.keys())
    arrival.report.absent += [f"Room {name}" for name in gone]
    arrival.report.standing["venues"] = len({r.venue for r in listed if r in standing})
    return rooms


def _venue(arrival: Arrival, rooms: Rooms, row: RoomRow, slugs: set[str]) -> Venue:
    venue = rooms.venues.get(row.venue)
    if venue:
        arrival.fill(venue, arrival.gaps(f"Venue {venue.name}", venue, row, OF_VENUE))
        return venue
    venue = Venue(
        name=row.venue,
        slug=free_slug(slug_of(row.venue), slugs),
        online=is_online(row.venue),
        **{field: getattr(row, field) for field in OF_VENUE},
    )
    db.session.add(venue)
    rooms.venues.add(venue.name, venue)
    arrival.report.taken["venues"] += 1
    return venue


def _check_once(row: RoomRow, venue: Venue, listed: dict[Room, RoomRow]) -> None:
    name = same(row.room or ONLY_ROOM)
    twin = next(
        (listed[room] for room in venue.rooms if same(room.name) == name and room in listed), None
    )
    if twin:
        raise Refusal(f"This room stands in row {twin.source.number} too.", field="room")


def _room(arrival: Arrival, venue: Venue, row: RoomRow) -> Room:
    name = row.room or ONLY_ROOM
    room = next((room for room in venue.rooms if same(room.name) == same(name)), None)
    if room:
        arrival.fill(room, arrival.gaps(f"Room {_where(room)}", room, row, OF_ROOM))
        arrival.report.standing["rooms"] += 1
        return room
    values = {field: getattr(row, field) for field in OF_ROOM}
    room = Room(venue=venue, name=name, exclusive=not venue.online, **values)
    db.session.add(room)
    arrival.report.taken["rooms"] += 1
    return room


def _place_of(room: Room) -> RoomPlace:
    return RoomPlace(
        id=room.id,
        venue_id=room.venue_id,
        places=room.places,
        exclusive=room.exclusive,
        online=room.venue.online,
        label=_where(room),
    )


def _where(room: Room) -> str:
    return f"{room.venue.name}, {room.name}"


def _either(rooms: Iterable[Room]) -> str:
    return " or ".join(_where(room) for room in rooms)
