"""The terms that the workbook's runs belong to."""

from collections.abc import Sequence
from datetime import date

from recovery_college.courses.rules import free_slug, slug_of
from recovery_college.database import db
from recovery_college.formatting import short_day
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.dates import Plan
from recovery_college.intake.rules.terms import (
    clearer,
    public_from,
    term_key,
    term_name,
    whole_weeks,
)
from recovery_college.scheduling.models import Term


class Terms:
    """The terms that the runs belong to; those that aren't there yet are made."""

    def __init__(self, arrival: Arrival, plans: Sequence[Plan]) -> None:
        self._there = list(queries.terms())
        self._named = {term_key(term.name): term for term in self._there}
        self._in_file = _spans(plans)
        self.new: list[Term] = []
        self.grown: list[Term] = []
        slugs = {term.slug for term in self._there}
        for name, days in self._wanted(plans):
            self._add(_term(name, days, slugs, arrival))
        self._grow(plans)
        db.session.flush()

    def of(self, plan: Plan) -> Term:
        return self._named[term_key(self._name(plan))]

    def _wanted(self, plans: Sequence[Plan]) -> list[tuple[str, list[date]]]:
        """The name and the days of each term that isn't there."""
        names: dict[str, str] = {}
        wanted: dict[str, list[date]] = {}
        for plan in plans:
            key = term_key(self._name(plan))
            if plan.run is None and key not in self._named:
                for name in _names(plan) or [self._name(plan)]:
                    names[key] = clearer(names.get(key, name), name)
                wanted.setdefault(key, []).extend(meeting.row.day for meeting in plan.new)
        return [(names[key], days) for key, days in wanted.items() if days]

    def _name(self, plan: Plan) -> str:
        """As the rows say; else the file's or the college's term around them; else the season."""
        first = plan.rows[0].row.day
        around = [name for name, (start, end) in self._in_file.items() if start <= first <= end]
        around += [t.name for t in self._there if t.starts_on <= first <= t.ends_on]
        return [*_names(plan), *around, term_name(first)][0]

    def _grow(self, plans: Sequence[Plan]) -> None:
        """A term that was there reaches to the week in which each new run begins."""
        for plan in plans:
            if plan.run is None and plan.new:
                term, first = self.of(plan), plan.new[0].row.day
                if first > term.ends_on:
                    term.ends_on = whole_weeks([first])[1]
                    self.grown += [] if term in self.grown else [term]

    def say(self, arrival: Arrival) -> None:
        for term in self.new:
            arrival.report.taken["terms"] += 1
            arrival.report.notes.append(
                f"The term {term.name} is new, from {short_day(term.starts_on)} to "
                f"{short_day(term.ends_on)}. It is in the prospectus and open for enrolment "
                f"from {short_day(term.public_at)}."
            )

        arrival.report.notes.extend(
            f"The term {term.name} now ends on {short_day(term.ends_on)}, for a run that begins "
            "after it ended."
            for term in self.grown
        )

    def _add(self, term: Term) -> None:
        db.session.add(term)
        self._named[term_key(term.name)] = term
        self.new.append(term)


def _names(plan: Plan) -> list[str]:
    return [meeting.row.term for meeting in plan.rows if meeting.row.term]


def _spans(plans: Sequence[Plan]) -> dict[str, tuple[date, date]]:
    """The weeks of each term that the file names itself."""
    days: dict[str, list[date]] = {}
    names: dict[str, str] = {}
    for plan in plans:
        for name in _names(plan)[:1]:
            name = names.setdefault(term_key(name), name)
            days.setdefault(name, []).extend(meeting.row.day for meeting in plan.rows)
    return {name: whole_weeks(there) for name, there in days.items()}


def _term(name: str, days: list[date], slugs: set[str], arrival: Arrival) -> Term:
    starts_on, ends_on = whole_weeks(days)
    public_at = public_from(starts_on, arrival.now)
    return Term(
        name=name,
        slug=free_slug(slug_of(name), slugs),
        starts_on=starts_on,
        ends_on=ends_on,
        public_at=public_at,
        enrolment_opens_at=public_at,
    )
