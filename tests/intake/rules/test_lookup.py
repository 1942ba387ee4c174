"""Names are found however they are typed, and a wrong one is helped along."""

import pytest

from recovery_college.errors import Refusal
from recovery_college.intake.rules.lookup import Lookup, check_not_renamed, same


def courses() -> Lookup[int]:
    lookup = Lookup[int]("course")
    lookup.add("Sleep well", 1)
    lookup.add("What is recovery?", 2)
    return lookup


def test_capitals_accents_and_marks_do_not_matter() -> None:
    assert courses().find(" SLEEP  WELL! ", field="course") == 1
    assert courses().find("what is recovery", field="course") == 2
    assert same("Zoë O\u2019Brien") == same("zoe obrien")
    assert same("???") == "???"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Sleeep well", '"Sleeep well" is not in the list of courses. Did you mean "Sleep well"?'),
        ("Juggling", '"Juggling" is not in the list of courses.'),
    ],
)
def test_a_name_that_is_not_there(name: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        courses().find(name, field="course")
    assert (refused.value.message, refused.value.field) == (why, "course")


def test_a_name_that_this_file_failed_to_add() -> None:
    lookup = courses()
    lookup.refuse("Juggling", "Courses row 7")
    with pytest.raises(
        Refusal, match=r'^The course "Juggling" was not taken: see Courses row 7\.$'
    ):
        lookup.find("Juggling", field="course")


def test_a_title_very_like_one_that_has_gone_may_be_its_new_name() -> None:
    gone = {same("Sleep well"): "Sleep well"}
    check_not_renamed("Clay and calm", gone)
    with pytest.raises(Refusal, match='new name for "Sleep well"'):
        check_not_renamed("Sleeping well", gone)
