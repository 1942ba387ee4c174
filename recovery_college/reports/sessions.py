"""Attendance and co-delivery: what came of the sessions that were asked for."""

from collections.abc import Iterable

from recovery_college.reports import tallies
from recovery_college.reports.layouts import Layout, Line, out_of, registers, summed
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.definitions import Tally
from recovery_college.reports.rules.tables import HOUR, Column, Kind

REGISTERS = (("Registers taken", figures.completeness),)


def _taught(of: Tally) -> str:
    """Where no register says who taught, nothing is known of it."""
    words = out_of(of.both, of.ran, "sessions were really taught by both")
    missing = f" Of {of.unrecorded:,} it is not recorded who taught." if of.unrecorded else ""
    return f"{words}{missing}"


def _unrecorded(of: Tally) -> str:
    """What nobody wrote down is not none."""
    return "not recorded" if of.ran and of.unrecorded == of.ran else ""


def _hours(of: Tally) -> str:
    lived, all_of_them = of.lived_minutes, of.lived_minutes + of.professional_minutes
    if not all_of_them:
        return "No register says who taught."
    words = [f"{minutes / HOUR:,.1f}".removesuffix(".0") for minutes in (lived, all_of_them)]
    return f"{words[0]} of {words[1]} hours were taught by peer tutors."


def _beside(of: Tally) -> str:
    off = f" {of.cancelled:,} more were called off." if of.cancelled else ""
    return f"{registers(figures.completeness(of))}{off}"


def _total(parts: Iterable[Tally]) -> Tally:
    return summed(parts, Tally())


ATTENDANCE: Layout[Tally] = Layout(
    "attendance",
    "Attendance",
    (
        Line(
            "Attendance",
            figures.attendance,
            lambda of: out_of(of.came, of.marks, "marks say that the student was there"),
        ),
        Line(
            "Told us",
            figures.told_us,
            lambda of: out_of(of.told, of.marks, "marks say that they told us"),
        ),
        Line(
            "We did not hear",
            figures.not_heard,
            lambda of: out_of(of.unheard, of.marks, "marks say that we did not hear"),
        ),
    ),
    (
        (Column("Sessions that ran"), lambda of: of.ran),
        (Column("Registers taken", Kind.SHARE), figures.completeness),
        (Column("Marks", Kind.PEOPLE, "marks"), lambda of: of.marks),
        (Column("Was there", Kind.PEOPLE_SHARE, "marks"), figures.attendance),
        (Column("Told us", Kind.PEOPLE_SHARE, "marks"), figures.told_us),
        (Column("We did not hear", Kind.PEOPLE_SHARE, "marks"), figures.not_heard),
    ),
    (3, 4, 5),
    tallies.tally_of,
    tallies.tallies_by,
    _beside,
    total=_total,
    also=REGISTERS,
)
DELIVERY: Layout[Tally] = Layout(
    "co-delivery",
    "Co-delivery",
    (
        Line("Co-delivered", figures.delivered, _taught, _unrecorded),
        Line(
            "Planned with a pair",
            figures.planned,
            lambda of: out_of(of.paired, of.ran, "sessions had their pair when they began"),
        ),
        Line("Taught by peer tutors", figures.lived_share, _hours),
    ),
    (
        (Column("Sessions that ran"), lambda of: of.ran),
        (Column("Planned with a pair", Kind.SHARE), figures.planned),
        (Column("Co-delivered", Kind.SHARE), lambda of: _unrecorded(of) or figures.delivered(of)),
        (Column("Not recorded"), lambda of: of.unrecorded),
        (Column("Peer tutors, hours", Kind.HOURS), lambda of: of.lived_minutes / HOUR),
        (Column("Professional, hours", Kind.HOURS), lambda of: of.professional_minutes / HOUR),
        (Column("Hours by peer tutors", Kind.HOURS_SHARE), figures.lived_share),
    ),
    (2,),
    tallies.tally_of,
    tallies.tallies_by,
    _beside,
    total=_total,
    also=REGISTERS,
)
