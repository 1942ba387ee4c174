"""Work beside the web: one transaction for each, and one that fails doesn't stop the rest."""

import logging
from collections.abc import Callable, Iterable

from recovery_college.database import db

log = logging.getLogger(__name__)


def one_by_one(what: str, ids: Iterable[int], do: Callable[[int], object]) -> None:
    for id in ids:
        try:
            do(id)
        except Exception as fault:
            log.error("calendar of %s %s: %s", what, id, type(fault).__name__)
        db.session.rollback()
