"""The desks' pages, a file for each kind of thing; all of them on one blueprint."""

from recovery_college.desks.views import (
    asking,
    courses,
    history,
    messages,
    my,
    people,
    record,
    requests,
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
    "asking",
    "bp",
    "courses",
    "history",
    "messages",
    "my",
    "people",
    "record",
    "requests",
    "runs",
    "sessions",
    "settings",
    "strands",
    "terms",
    "today",
    "tutor",
    "venues",
]
