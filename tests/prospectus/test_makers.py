"""Who made a course: nobody is named who has not said so."""

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.models import Contributor, Course
from recovery_college.prospectus.makers import made_by

UNTIL_THEY_SAY_SO = "Made by people with lived and professional experience."


def made(*makers: tuple[str, Side, ShownAs]) -> str:
    contributors = [
        Contributor(person=Person(name=name), side=side, shown_as=shown_as)
        for name, side, shown_as in makers
    ]
    return made_by(Course(contributors=contributors))


def test_until_they_say_so_only_what_they_brought_is_told() -> None:
    words = made(
        ("Esther Patel", Side.LIVED, ShownAs.NOT_NAMED),
        ("Tom Evans", Side.PROFESSIONAL, ShownAs.NOT_NAMED),
    )
    assert words == UNTIL_THEY_SAY_SO


def test_who_wishes_to_be_named_is_named_as_they_wish() -> None:
    words = made(
        ("Esther Patel", Side.LIVED, ShownAs.FULL_NAME),
        ("Tom Evans", Side.PROFESSIONAL, ShownAs.FIRST_NAME),
        ("Grace Hughes", Side.PROFESSIONAL, ShownAs.NOT_NAMED),
    )
    assert words == (
        f"{UNTIL_THEY_SAY_SO} Among them: Esther Patel (lived experience) and Tom (professional)."
    )
