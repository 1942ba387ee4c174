"""Strands: made, named, put in order, and removed while empty."""

import pytest
from sqlalchemy import select

from recovery_college.audit.models import AuditEntry
from recovery_college.courses import queries
from recovery_college.courses.commands import strands
from recovery_college.courses.models import Strand
from recovery_college.courses.rules import Look, StrandInUse, StrandTaken
from recovery_college.database import db
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound
from tests.factories import make_course, make_person, make_strand

pytestmark = pytest.mark.usefixtures("app")


def names() -> list[str]:
    return [strand.name for strand in queries.strands()]


def test_a_new_strand_stands_last() -> None:
    office = make_person()
    for name in ("Body", "Mind", "Hands"):
        strands.make_strand(office, name, Look.LEAF)
    assert names() == ["Body", "Mind", "Hands"]


def test_a_strand_moves_up_by_one_and_the_first_stays() -> None:
    office = make_person()
    body, mind, hands = (strands.make_strand(office, n, Look.LEAF) for n in ("B", "M", "H"))
    strands.move_up(office, hands)
    assert names() == ["B", "H", "M"]
    strands.move_up(office, body)
    assert names() == ["B", "H", "M"]
    strands.move_up(office, mind)
    strands.move_up(office, mind)
    assert names() == ["M", "B", "H"]


def test_a_name_is_one_strand_s_alone_however_it_is_written() -> None:
    office, mind = make_person(), make_strand("Mind")
    with pytest.raises(StrandTaken) as refused:
        strands.make_strand(office, "mind", Look.LEAF)
    assert refused.value.field == "name"
    body = make_strand("Body")
    with pytest.raises(StrandTaken):
        strands.edit_strand(office, body, Edit({"name": "MIND"}, prints_of(body, ["name"])))
    strands.edit_strand(office, mind, Edit({"name": "MIND"}, prints_of(mind, ["name"])))
    assert names() == ["MIND", "Body"]


def test_the_second_of_two_editors_is_told() -> None:
    office, mind = make_person(), make_strand("Mind")
    seen = prints_of(mind, ["name"])
    strands.edit_strand(office, mind, Edit({"name": "Minds"}, seen))
    with pytest.raises(Overtaken):
        strands.edit_strand(office, mind, Edit({"name": "Thinking"}, seen))


def test_only_an_empty_strand_goes() -> None:
    office, course = make_person(), make_course()
    with pytest.raises(StrandInUse, match="1 course is in this strand"):
        strands.remove_strand(office, course.strand)
    empty = make_strand()
    strands.remove_strand(office, empty)
    with pytest.raises(NotFound):
        queries.strand(empty.id)
    assert db.session.scalars(select(Strand)).all() == [course.strand]
    lines = db.session.scalars(select(AuditEntry))
    assert [(line.verb, line.subject) for line in lines] == [("removed", f"strand:{empty.id}")]
