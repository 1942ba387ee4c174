"""Words that are worked out from others."""

from recovery_college.intake.rules.wording import in_short


def test_the_first_sentence_is_the_summary() -> None:
    assert in_short("Nights get easier. We try things out.") == "Nights get easier."
    assert in_short("Is it for me? Come and see") == "Is it for me?"
    assert in_short("") == ""


def test_a_long_one_is_cut_at_a_word() -> None:
    assert in_short("word " * 40) == "word " * 30 + "word..."
    assert in_short("x" * 400) == "x" * 157 + "..."
