"""What can be done about terms."""

from collections.abc import Mapping

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses.rules import free_slug, slug_of
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.editing import Edit, apply
from recovery_college.scheduling import queries
from recovery_college.scheduling.models import Term
from recovery_college.scheduling.rules import places

TERMS = "terms"


def make_term(actor: Person, values: Mapping[str, object]) -> Term:
    now = clock.now()
    with transaction():
        one_at_a_time(TERMS)
        there = queries.terms()
        slug = free_slug(slug_of(str(values["name"])), {each.slug for each in there})
        term = Term(slug=slug, **values)
        _check(term)
        db.session.add(term)
        db.session.flush()
        audit.record(actor, "made", term, fields=sorted(values), at=now)
    return term


def edit_term(actor: Person, term: Term, edit: Edit) -> None:
    """Its address stays."""
    now = clock.now()
    with transaction():
        one_at_a_time(TERMS)
        hold(term)
        fields = apply(term, edit)
        _check(term)
        if fields:
            audit.record(actor, "changed", term, fields=fields, at=now)


def remove_term(actor: Person, term: Term) -> None:
    """Only while it is empty."""
    now = clock.now()
    with transaction():
        hold(term)
        places.check_term_empty(queries.count_runs_of(term))
        audit.record(actor, "removed", term, fields=("name",), at=now)
        db.session.delete(term)


def _check(term: Term) -> None:
    places.check_term_days(term.starts_on, term.ends_on)
    places.check_opens(term.public_at, term.enrolment_opens_at)
    with db.session.no_autoflush:
        if queries.term_is_named(term.name, term):
            raise places.NameTaken("Another term already has this name.", field="name")
