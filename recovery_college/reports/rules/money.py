"""Money as people type it."""

import re

from recovery_college.errors import Refusal

MOST_PENCE = 2_000_000_000  # as much as the database's numbers hold


def pence_of(typed: str) -> int:
    """As in 12,000 or £450.50."""
    plain = typed.strip().removeprefix("\u00a3").replace(",", "").strip()
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", plain):
        raise Refusal("Write an amount in pounds, as in 12000 or 450.50.", field="amount")
    pounds, _, rest = plain.partition(".")
    pence = int(pounds) * 100 + int(rest.ljust(2, "0") or 0)
    if not 0 < pence <= MOST_PENCE:
        raise Refusal("Write an amount from 1p to 20,000,000 pounds.", field="amount")
    return pence
