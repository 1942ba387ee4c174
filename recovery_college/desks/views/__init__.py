"""The desks' pages, a file for each kind of thing; all of them on one blueprint."""

from recovery_college.desks.views import (
    courses,
    history,
    messages,
    my,
    people,
    record,
    runs,
    sessions,
    settings,
    strands,
    terms,
    today,
    tutor,
    venues,
)
from recovery_college.desks.views.desk import bp

__all__ = [
    "bp",
    "courses",
    "history",
    "messages",
    "my",
    "people",
    "record",
    "runs",
    "sessions",
    "settings",
    "strands",
    "terms",
    "today",
    "tutor",
    "venues",
]
