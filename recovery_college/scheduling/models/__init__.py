"""The tables of scheduling, a file for each kind of thing; everybody imports them from here."""

from recovery_college.scheduling.models import guards
from recovery_college.scheduling.models.pair import (
    CoverCall,
    Delivery,
    ProposedSlot,
    TimeProposal,
)
from recovery_college.scheduling.models.places import Room, TravelTime, Venue
from recovery_college.scheduling.models.runs import Run, Session, Term

__all__ = [
    "CoverCall",
    "Delivery",
    "ProposedSlot",
    "Room",
    "Run",
    "Session",
    "Term",
    "TimeProposal",
    "TravelTime",
    "Venue",
    "guards",
]
