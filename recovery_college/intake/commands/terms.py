"""The terms that the workbook's runs belong to."""

from collections.abc import Sequence
from datetime import date

from recovery_college.courses.rules import slug_of
from recovery_college.database import db
from recovery_college.formatting import short_day
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.dates import Plan
from recovery_college.intake.rules.lookup import free_slug, same
from recovery_college.intake.rules.terms import public_from, term_name, whole_weeks
from recovery_college.scheduling.models import Term


class Terms:
    """The terms that the runs belong to; those that aren't there yet are made."""

    def __init__(self, arrival: Arrival, plans: Sequence[Plan]) -> None:
        self._there = list(queries.terms())
        self._named = {same(term.name): term for term in self._there}
        self.new: list[Term] = []
        slugs = {term.slug for term in self._there}
        for name, days in self._wanted(plans).items():
            self._add(_term(name, days, slugs, arrival))
        db.session.flush()

    def of(self, plan: Plan) -> Term:
        return self._named[same(self._name(plan))]

    def _wanted(self, plans: Sequence[Plan]) -> dict[str, list[date]]:
        """The days of each term that isn't there, by its name as it is first written."""
        written: dict[str, str] = {}
        wanted: dict[str, list[date]] = {}
        for plan in plans:
            name = self._name(plan) if plan.run is None else ""
            if name and same(name) not in self._named:
                name = written.setdefault(same(name), name)
                wanted.setdefault(name, []).extend(meeting.row.day for meeting in plan.new)
        return wanted

    def _name(self, plan: Plan) -> str:
        """As the rows say; else the term around their first date; else its season."""
        named = [meeting.row.term for meeting in plan.rows if meeting.row.term]
        if named:
            return named[0]
        first = plan.rows[0].row.day
        around = [t.name for t in self._there if t.starts_on <= first <= t.ends_on]
        return around[0] if around else term_name(first)

    def say(self, arrival: Arrival) -> None:
        for term in self.new:
            arrival.report.taken["terms"] += 1
            arrival.report.notes.append(
                f"The term {term.name} is new, from {short_day(term.starts_on)} to "
                f"{short_day(term.ends_on)}. It is in the prospectus and open for enrolment "
                f"from {short_day(term.public_at)}."
            )

    def _add(self, term: Term) -> None:
        db.session.add(term)
        self._named[same(term.name)] = term
        self.new.append(term)


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
