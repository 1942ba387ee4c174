"""Venues and their rooms, a room a line."""

from dataclasses import dataclass

from recovery_college.intake.rules import cells
from recovery_college.intake.rules.describing import Column, Row, Tab


@dataclass(frozen=True, kw_only=True)
class RoomRow(Row):
    venue: str
    room: str = ""
    address: str = ""
    getting_there: str = ""
    buses: str = ""
    parking: str = ""
    toilets: str = ""
    places: int | None = None
    step_free: bool | None = None
    hearing_loop: bool | None = None
    quiet_space: bool | None = None


VENUES = Tab(
    "venues and rooms",
    ("venues", "rooms", "where we meet", "places", "locations", "buildings", "sites"),
    (
        Column(
            "venue",
            "venue",
            cells.text,
            ("place", "building", "location", "site", "venue name", "where", "name", "centre"),
            needed=True,
        ),
        Column("room", "room", cells.text, ("room name", "space", "which room", "room we use")),
        Column("address", "address", cells.prose, ("street", "full address", "postal address")),
        Column(
            "getting_there",
            "getting there",
            cells.prose,
            ("directions", "how to get there", "travel"),
        ),
        Column(
            "buses", "buses", cells.prose, ("bus", "public transport", "bus stop", "bus routes")
        ),
        Column("parking", "parking", cells.prose, ("car park", "parking space", "where to park")),
        Column("toilets", "toilets", cells.prose, ("toilet", "accessible toilet", "wc")),
        Column(
            "places",
            "places",
            cells.number,
            (
                "capacity",
                "max",
                "maximum",
                "seats",
                "holds",
                "how many people",
                "size",
                "room for",
                "max people",
            ),
            spare=True,
        ),
        Column(
            "step_free",
            "step-free",
            cells.yes_no,
            ("step free access", "wheelchair access", "wheelchair", "level access", "accessible"),
            spare=True,
        ),
        Column(
            "hearing_loop", "hearing loop", cells.yes_no, ("loop", "induction loop"), spare=True
        ),
        Column(
            "quiet_space",
            "quiet space",
            cells.yes_no,
            ("quiet room", "quiet area", "breakout space", "calm space"),
            spare=True,
        ),
    ),
    RoomRow,
)
