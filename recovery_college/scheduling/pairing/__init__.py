"""Which sessions lack a half of their pair, who is asked, a tutor's week and their day."""

from recovery_college.scheduling.pairing.deliveries import (
    delivery,
    ever_asked,
    own_delivery,
    own_promise,
    requests_of_run,
    requests_to,
    sessions_taught_by,
)
from recovery_college.scheduling.pairing.halves import (
    Lacking,
    Matter,
    cover_call,
    lacking,
    late_halves,
    matters,
)
from recovery_college.scheduling.pairing.standings import (
    Candidate,
    booked,
    candidates,
    leads,
    roads,
    standing_of,
    standings_of,
    tutor,
    ways,
)

__all__ = [
    "Candidate",
    "Lacking",
    "Matter",
    "booked",
    "candidates",
    "cover_call",
    "delivery",
    "ever_asked",
    "lacking",
    "late_halves",
    "leads",
    "matters",
    "own_delivery",
    "own_promise",
    "requests_of_run",
    "requests_to",
    "roads",
    "sessions_taught_by",
    "standing_of",
    "standings_of",
    "tutor",
    "ways",
]
