"""Whether a row and a record are one person."""

import pytest

from recovery_college.intake.rules.identity import Likeness, identity, likeness

SAME, LIKELY, DOUBTFUL, OTHER = Likeness.SAME, Likeness.LIKELY, Likeness.DOUBTFUL, Likeness.OTHER
A, B = "a@example.org", "b@example.org"
ONE, TWO = "01632 960 111", "01632 960 222"


@pytest.mark.parametrize(
    ("row", "there", "like"),
    [
        (("Ada Osei", A, ONE, ""), ("ada  oséi", "A@example.org", TWO, ""), SAME),
        (("Ada Osei", A, ONE, ""), ("Bo Osei", A, ONE, ""), OTHER),
        (("Ada Osei", A, "", ""), ("Ada Osei", B, "", ""), OTHER),
        (("Ada Osei", A, ONE, ""), ("Ada Osei", B, TWO, ""), OTHER),
        (("Ada Osei", A, ONE, ""), ("Ada Osei", B, "+44 1632 960111", ""), DOUBTFUL),
        (("Ada Osei", A, ONE, ""), ("Ada Osei", None, ONE, ""), SAME),
        (("Ada Osei", None, ONE, ""), ("Ada Osei", A, ONE, ""), SAME),
        (("Ada Osei", A, "", ""), ("Ada Osei", None, ONE, ""), LIKELY),
        (("Ada Osei", None, ONE, ""), ("Ada Osei", None, TWO, ""), DOUBTFUL),
        (("Ada Osei", None, ONE, ""), ("Ada Osei", A, TWO, ""), DOUBTFUL),
        (("Ada Osei", None, "", ""), ("Ada Osei", A, ONE, ""), LIKELY),
        (("Ada Osei", None, "", ""), ("Ada Osei", None, "", ""), SAME),
        (("Ada Osei", None, "", "1 Lane"), ("Ada Osei", None, "", "1, lane"), SAME),
        (("Ada Osei", None, "", "1 Lane"), ("Ada Osei", None, "", "2 Lane"), LIKELY),
    ],
)
def test_a_name_alone_is_never_enough(
    row: tuple[str, str | None, str, str], there: tuple[str, str | None, str, str], like: Likeness
) -> None:
    assert likeness(identity(*row), identity(*there)) is like


def test_a_record_merged_out_of_two_goes_by_the_names_and_addresses_of_both() -> None:
    earlier = "Name: Ada Reed\nE-mail address: old@example.org\nPostal address: 7 Old Road"
    merged = identity("Ada Osei", A, "", "", earlier)
    assert likeness(identity("Ada Reed", "old@example.org", "", ""), merged) is SAME
    assert likeness(identity("Ada Osei", "old@example.org", "", ""), merged) is SAME
    assert merged.phones == frozenset()
