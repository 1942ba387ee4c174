"""The college's settings: as they are kept, or at their defaults."""

from datetime import UTC, date, datetime, time

import pytest

from recovery_college.college.holidays import Nation
from recovery_college.college.rules import (
    CHANGEABLE,
    College,
    SmallNumbers,
    changed_college,
    college_from,
    days_in,
    kept_form,
)
from recovery_college.errors import Refusal

QUAY = College(name="Quay College")


def test_nothing_kept_is_the_default() -> None:
    assert college_from("Quay College", {}) == College(name="Quay College")


def test_what_is_kept_is_read_as_what_it_is() -> None:
    kept = {"office_phone": "01632 960 999", "pair_by_days": "14", "invented": "yes"}
    assert college_from("Quay College", kept) == College(
        name="Quay College", office_phone="01632 960 999", pair_by_days=14, invented=True
    )


def test_a_setting_that_is_gone_is_left_out() -> None:
    assert college_from("Quay College", {"motto": "Onwards"}) == College(name="Quay College")


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("01632 960 123", "tel:01632960123"),
        ("(0)1632 960 123", "tel:01632960123"),
        ("+44 (0)1632 960123", "tel:+441632960123"),
    ],
)
def test_a_phone_dials_the_number_alone(number: str, dialled: str) -> None:
    assert College(name="", office_phone=number).phone_link == dialled


def test_every_setting_is_read_back_as_it_was_kept() -> None:
    other = College(
        name="Quay College",
        booking_cap_runs=0,
        next_run_first=False,
        quiet_from=time(21, 30),
        nation=Nation.SCOTLAND,
        small_numbers=SmallNumbers.HIDDEN,
        talk_now="Ring us.\n\nOr come by.",
        worry_words="Ring Nia.",
    )
    kept = {key: kept_form(getattr(other, key)) for key in CHANGEABLE}
    assert college_from("Quay College", kept) == other


def test_a_restored_college_says_what_it_is_a_copy_of() -> None:
    made_at = datetime(2027, 6, 7, 2, 0, tzinfo=UTC)
    copy = college_from("Quay College", {"restored_from": kept_form(made_at)})
    assert copy == College(name="Quay College", restored_from=made_at)
    assert "as it was on Monday 7 June 2027, 3am" in copy.restored_words
    assert QUAY.restored_words == ""


def test_what_this_version_can_not_read_stands_at_its_default() -> None:
    assert college_from("Quay College", {"nation": "france", "run_places": "many"}) == QUAY


def test_the_college_is_closed_on_bank_holidays_and_on_days_that_it_names() -> None:
    college = changed_college(QUAY, closed_days="24/12/2027\n\n31 December 2027")
    days = [date(2027, 12, day) for day in (23, 24, 25, 27, 28, 31)]
    assert [day.day for day in days if college.is_closed_on(day)] == [24, 27, 28, 31]


def test_days_are_read_as_people_write_them() -> None:
    lines = "24/12/2027\n24.12.2027\n2027-12-24\n 24 December 2027 \n24 Dec 2027\n"
    assert days_in(lines) == {date(2027, 12, 24)}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"closed_days": "24/12/2027\nsoon"}, "closed_days", "line 2"),
        ({"closed_days": "31/02/2027"}, "closed_days", "line 1"),
        ({"office_phone": "ring us"}, "office_phone", "as people dial it"),
        ({"office_phone": "999"}, "office_phone", "as people dial it"),
        ({"offer_days": 6}, "offer_by_post_days", "at least as long"),
        ({"quiet_until": time(1, 30)}, "quiet_until", "The clocks change"),
        ({"keep_people_years": 2}, "keep_messages_years", "go with the person"),
    ],
)
def test_settings_that_do_not_agree_are_refused(
    values: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        changed_college(QUAY, **values)
    assert refused.value.field == field


def test_settings_that_agree_make_the_college() -> None:
    assert changed_college(QUAY, offer_days=5, office_phone="+44 (0)1632 960 999") == College(
        name="Quay College", offer_days=5, office_phone="+44 (0)1632 960 999"
    )


def test_the_closed_days_of_a_stretch_of_time_are_bank_holidays_and_its_own() -> None:
    college = College(name="Quay College", closed_days="23/12/2027\n04/01/2029")
    assert sorted(college.closed_between(date(2027, 12, 1), date(2028, 1, 3))) == [
        date(2027, 12, 23),
        date(2027, 12, 27),
        date(2027, 12, 28),
        date(2028, 1, 3),
    ]


def test_ten_questions_are_asked_at_most_of_both_kinds_together() -> None:
    ten = changed_college(QUAY, feedback_choices="Warm?\n\n" * 8, feedback_words="And?\nElse?")
    with pytest.raises(Refusal, match="10 questions at most") as refused:
        changed_college(ten, feedback_words="And?\nElse?\nMore?")
    assert refused.value.field == "feedback_choices"
    assert changed_college(ten, feedback_choices="", feedback_words="").feedback_words == ""
