"""One figure by itself."""

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.figures import Shown, percent, shown

ROUNDED, HIDDEN = SmallNumbers.ROUNDED, SmallNumbers.HIDDEN


def test_what_becomes_of_a_count() -> None:
    counts = (0, 1, 4, 5, 7, 8, 12, 13)
    assert " ".join(str(shown(count, ROUNDED)) for count in counts) == "0 * * * * 10 10 15"
    assert " ".join(str(shown(count, HIDDEN)) for count in counts) == "0 * * 5 7 8 12 13"


def test_percentages_know_no_more_than_what_is_shown() -> None:
    figures = (Shown(10), Shown(25)), (Shown(0), Shown(25)), (Shown(1), Shown(8))
    assert [str(percent(*each)) for each in figures] == ["40", "0", "13"]
    nothing = (Shown(None), Shown(25)), (Shown(10), Shown(None)), (Shown(0), Shown(0))
    assert [str(percent(*each)) for each in nothing] == ["*", "*", "*"]


def test_a_star_says_nothing_of_what_is_behind_it() -> None:
    assert repr(shown(3, HIDDEN)) == "Shown(number=None)"
    assert shown(3, HIDDEN) == shown(1, ROUNDED)
