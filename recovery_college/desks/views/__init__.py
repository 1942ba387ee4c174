"""The desks' pages, a file for each kind of thing; all of them on one blueprint."""

from recovery_college.desks.views import (
    history,
    messages,
    my,
    people,
    runs,
    sessions,
    settings,
    terms,
    today,
    tutor,
    venues,
)
from recovery_college.desks.views.desk import bp

__all__ = [
    "bp",
    "history",
    "messages",
    "my",
    "people",
    "runs",
    "sessions",
    "settings",
    "terms",
    "today",
    "tutor",
    "venues",
]
