"""What can be done about strands: one at a time, for their order is one thing."""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses import queries, rules
from recovery_college.courses.models import Strand
from recovery_college.courses.rules import Look
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.editing import Edit, apply

STRANDS = "strands"


def make_strand(actor: Person, name: str, look: Look) -> Strand:
    """It stands last."""
    now = clock.now()
    with transaction():
        one_at_a_time(STRANDS)
        there = queries.strands()
        _check_name_free(name, None)
        slug = rules.free_slug(rules.slug_of(name), {each.slug for each in there})
        last = max((each.position for each in there), default=0)
        strand = Strand(name=name, slug=slug, look=look, position=last + 1)
        db.session.add(strand)
        db.session.flush()
        audit.record(actor, "made", strand, fields=("name", "look"), at=now)
    return strand


def edit_strand(actor: Person, strand: Strand, edit: Edit) -> None:
    """Its address stays."""
    now = clock.now()
    with transaction():
        hold(strand)
        fields = apply(strand, edit)
        _check_name_free(strand.name, strand)
        if fields:
            audit.record(actor, "changed", strand, fields=fields, at=now)


def move_up(actor: Person, strand: Strand) -> None:
    """One place nearer to the first; the first stays where it is."""
    now = clock.now()
    with transaction():
        one_at_a_time(STRANDS)
        order = list(queries.strands())
        place = order.index(strand)
        order.insert(max(place - 1, 0), order.pop(place))
        hold(*order)
        for position, each in enumerate(order, 1):
            each.position = position
        audit.record(actor, "moved", strand, fields=("position",), at=now)


def remove_strand(actor: Person, strand: Strand) -> None:
    now = clock.now()
    with transaction():
        one_at_a_time(STRANDS)
        hold(strand)
        rules.check_unused(queries.courses_in(strand))
        audit.record(actor, "removed", strand, fields=("name",), at=now)
        db.session.delete(strand)


def _check_name_free(name: str, strand: Strand | None) -> None:
    if queries.strand_is_named(name, strand):
        raise rules.StrandTaken
