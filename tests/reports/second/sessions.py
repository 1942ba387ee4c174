"""Attendance and co-delivery, counted from marks and promises."""

from collections import Counter
from collections.abc import Iterable, Sequence
from types import SimpleNamespace as Row

from tests.reports.rawrows import Asked, Rows
from tests.reports.second.shape import (
    Counted,
    Line,
    Minutes,
    beside_percent,
    decimal,
    large,
    number,
    share_line,
    tables_of,
)

UNRECORDED = "not recorded"


def attendance(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    def line(sessions: list[Row]) -> Line:
        ran, marks = rows.ran(sessions), _marks(rows, sessions)
        taken = [each for each in ran if each.taken]
        came = marks["present"] + marks["late"] + marks["early"]
        of = marks.total()
        shares = ((came, of), (marks["told"], of), (marks["unheard"], of))
        return (len(ran), (len(taken), len(ran)), of, *shares)

    whole = line(rows.sessions(asked))
    labels = ("Attendance", "Told us", "We did not hear")
    return Counted(
        [share_line(label, share) for label, share in zip(labels, whole[3:], strict=True)],
        tables_of(by, rows.sessions(asked), lambda each: each.run, line),
        _registers(rows, asked),
    )


def delivery(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    def line(sessions: list[Row]) -> Line:
        ran = rows.ran(sessions)
        sides = [taught_by(rows, each) for each in ran]
        paired, both = sum(is_paired(rows, each) for each in ran), sum(map(by_both, sides))
        hours = [
            sum(hours_of(each) * them[side] for each, them in zip(ran, sides, strict=True))
            for side in ("lived", "professional")
        ]
        silent = sum(not standing(rows, each) for each in ran)
        minutes = Minutes((round(hours[0] * 60), round(sum(hours) * 60)))
        is_silent = bool(ran) and silent == len(ran)
        shares = ((paired, len(ran)), UNRECORDED if is_silent else (both, len(ran)))
        return (len(ran), *shares, silent, *(round(each, 6) for each in hours), minutes)

    whole = line(rows.sessions(asked))
    ran, paired, both, silent, lived, professional, minutes = whole
    is_known = both != UNRECORDED
    taught = share_line("Co-delivered", both if is_known else (0, ran))
    if silent:
        taught[2].append(number(silent))
    if not is_known:
        taught = (taught[0], UNRECORDED, taught[2])
    hours = [decimal(lived), decimal(lived + professional)] if minutes[1] else []
    return Counted(
        [
            taught,
            share_line("Planned with a pair", paired),
            ("Taught by peer tutors", large(minutes), hours),
        ],
        tables_of(by, rows.sessions(asked), lambda each: each.run, line),
        _registers(rows, asked),
    )


def _marks(rows: Rows, sessions: Iterable[Row]) -> Counter[str]:
    return Counter(
        mark.state
        for each in rows.ran(sessions)
        if each.taken
        for mark in rows.marks.get(each.id, [])
        if mark.stands
    )


def standing(rows: Rows, session: Row) -> list[Row]:
    return [each for each in rows.tutor_marks.get(session.id, []) if each.stands]


def taught_by(rows: Rows, session: Row) -> Counter[str]:
    taught = ("present", "late")
    return Counter(each.side for each in standing(rows, session) if each.state in taught)


def by_both(sides: Counter[str]) -> bool:
    return bool(sides["lived"] and sides["professional"])


def is_paired(rows: Rows, session: Row) -> bool:
    promised = [each for each in rows.deliveries.get(session.id, []) if not each.shadowing]
    return len({each.side for each in promised if each.state == "accepted"}) == 2


def hours_of(session: Row) -> float:
    return float((session.ends_at - session.starts_at).total_seconds()) / 3600


def _registers(rows: Rows, asked: Asked) -> list[str]:
    sessions = rows.sessions(asked)
    ran = rows.ran(sessions)
    off = sum(each.state == "cancelled" and each.starts_at <= rows.now for each in sessions)
    taken = sum(bool(each.taken) for each in ran)
    return beside_percent((taken, len(ran))) + ([number(off)] if off else [])
