"""The figures as Prometheus reads them: what all processes counted, and how the college stands."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import accumulate, groupby
from math import isnan, nan

from flask import current_app
from sqlalchemy import Pool, QueuePool

from recovery_college.database import db
from recovery_college.operations.queries import away
from recovery_college.operations.standing import Offers, Standing, offers, standing
from recovery_college.watching.counts import COUNTS, Counts
from recovery_college.watching.requests import LIMITS, TOOK

Figures = Mapping[str, float]
COUNTED = {
    "college_requests_total": "Answers, by the rule of their address.",
    "college_statements_total": "SQL statements of those answers.",
    "college_request_seconds_total": "Seconds until their last byte.",
}
HELP = {
    "college_up": "1 if the database and the queue answer.",
    "college_messages_waiting": "Messages that go by themselves and have not gone.",
    "college_messages_oldest_due_seconds": "For how long the oldest that is due waits.",
    "college_messages_needing_somebody": "Messages that nothing but somebody can send.",
    "college_mail_paused": "1 if the office keeps messages back.",
    "college_offers_open": "Places that are held for an answer.",
    "college_offers_ending_within_a_day": "Of those, how many end within a day.",
    "college_offers_over": "Of those, how many should have ended: the worker is late.",
    "college_worker_silent_seconds": "Since the last round of a worker; NaN is never.",
    "college_queue_calls": "Calls that the worker has not begun.",
    "college_disk_free_ratio": "Of the database's disk, or of the site's.",
    "college_clock_ahead_seconds": "The database's clock to ours.",
    "college_backup_age_seconds": "Since the last backup was made; NaN is never.",
    "college_pool_connections": "Of the process that answers, to the database.",
}


def exposition() -> str:
    return "\n".join([*_counted(), *_standing()]) + "\n"


def _counted() -> Iterator[str]:
    """Each name's lines together, as the format has it."""
    counts: Counts = current_app.extensions[COUNTS]
    sums = counts.sums()
    by_name = groupby(sorted(sums), key=lambda key: key.split("{")[0])
    for name, keys in by_name:
        if name in COUNTED:
            yield f"# HELP {name} {COUNTED[name]}"
            yield f"# TYPE {name} counter"
            yield from (f"{key} {sums[key]:.10g}" for key in keys)
    yield from _took(sums)


def _took(sums: Figures) -> Iterator[str]:
    """A histogram counts from below; its sum is that of all routes."""
    name = TOOK.removesuffix("_bucket")
    limits = [*map(str, LIMITS), "+Inf"]
    found = [sums.get(f'{TOOK}{{le="{limit}"}}', 0) for limit in limits]
    seconds = sum(sums[key] for key in sums if re.match("college_request_seconds_total", key))
    yield f"# HELP {name} How long answers took."
    yield f"# TYPE {name} histogram"
    for limit, count in zip(limits, accumulate(found), strict=True):
        yield f'{TOOK}{{le="{limit}"}} {count:.10g}'
    yield f"{name}_sum {seconds:.10g}"
    yield f"{name}_count {sum(found):.10g}"


def _standing() -> Iterator[str]:
    try:
        found = standing()
        figures = _figures(found, offers(found.now))
    except away():
        figures = {"college_up": 0}
    for key, value in (figures | _pool(db.engine.engine.pool)).items():
        name = key.split("{")[0]
        yield f"# HELP {name} {HELP[name]}"
        yield f"# TYPE {name} gauge"
        yield f"{key} {'NaN' if isnan(value) else f'{value:.10g}'}"


def _figures(found: Standing, held: Offers) -> dict[str, float]:
    return {
        "college_up": 1,
        "college_messages_waiting": found.waiting,
        "college_messages_oldest_due_seconds": found.overdue.total_seconds(),
        "college_messages_needing_somebody": found.needing,
        "college_mail_paused": found.paused,
        "college_offers_open": held.open,
        "college_offers_ending_within_a_day": held.ending,
        "college_offers_over": held.over,
        "college_worker_silent_seconds": _seconds(found.silent_for),
        "college_queue_calls": found.calls,
        "college_disk_free_ratio": found.disk_free,
        "college_backup_age_seconds": _seconds(found.backup_age),
        "college_clock_ahead_seconds": found.clock_ahead.total_seconds(),
    }


def _seconds(span: timedelta | None) -> float:
    return nan if span is None else span.total_seconds()


def _pool(pool: Pool) -> dict[str, float]:
    if not isinstance(pool, QueuePool):
        return {}
    return {f'college_pool_connections{{process="{os.getpid()}"}}': pool.checkedout()}
