"""Three ways to say no, none of which is a kind of another."""

from itertools import permutations

from recovery_college.errors import NotAllowed, NotFound, Refusal


def test_none_is_caught_as_another() -> None:
    kinds = (Refusal, NotFound, NotAllowed)
    assert [pair for pair in permutations(kinds, 2) if issubclass(*pair)] == []


def test_a_refusal_says_its_sentence_and_where_it_belongs() -> None:
    refusal = Refusal("Choose a later day.", field="day")
    assert (refusal.message, refusal.field, str(refusal)) == (
        "Choose a later day.",
        "day",
        "Choose a later day.",
    )
    assert Refusal("No.").field is None
