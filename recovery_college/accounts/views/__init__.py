"""A person's own pages and the way in, a file for each kind of thing; all on one blueprint."""

from recovery_college.accounts.views import (
    agreement,
    details,
    joining,
    proving,
    security,
    signing_in,
    signing_on,
    unsent,
)
from recovery_college.accounts.views.account import bp

__all__ = [
    "agreement",
    "bp",
    "details",
    "joining",
    "proving",
    "security",
    "signing_in",
    "signing_on",
    "unsent",
]
