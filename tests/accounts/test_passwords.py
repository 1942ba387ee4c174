"""Long enough, not what everybody tries, and never told apart by time."""

import pytest

from recovery_college.accounts.passwords import (
    COMMON,
    PoorPassword,
    check_good,
    hashed,
    is_outdated,
    verifies,
)

pytestmark = pytest.mark.usefixtures("with_real_hashes")
ABOUT = ("Ada Osei", "", "ada.osei@example.org")


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    first, second = hashed("seven green boats"), hashed("seven green boats")
    assert first.startswith("$argon2id$")
    assert first != second
    assert [verifies(each, "seven green boats") for each in (first, second)] == [True, True]
    assert [verifies(each, "seven green goats") for each in (first, second)] == [False, False]
    assert is_outdated(first) is False


def test_nobodys_password_is_none() -> None:
    assert verifies(None, "nobody's password, which nobody knows") is False
    assert verifies("not a hash", "x") is False


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "1234567890",
        "qwertyuiop",
        "Password123",
        "aaaaaaaaaaaa",
        "ada.osei@example.org",
        "adaosei1234",
        "x" * 201,
    ],
)
def test_what_is_short_common_or_about_the_person_is_refused(password: str) -> None:
    with pytest.raises(PoorPassword) as refused:
        check_good(password, ABOUT)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["seven green boats", "høy på fjellet", "  spaces count  ", "🙂🌲🌊🔥⛵🏔️🌻🍀🐌🦊"]
)
def test_words_of_ones_own_are_good(password: str) -> None:
    check_good(password, ABOUT)


def test_three_thousand_of_what_everybody_tries_are_refused_with_marks_around_them_too() -> None:
    common = COMMON.read_text().split()
    assert (len(set(common)) > 4000, sum(len(word) > 9 for word in common) > 2700) == (True, True)
    for password in ("Sunshine2026!", "1234dragon", "homelesspa9"):
        with pytest.raises(PoorPassword, match="easy to guess"):
            check_good(password, ABOUT)


def test_nothing_is_cut_off_a_password() -> None:
    whole = "seven green boats " * 12
    assert verifies(hashed(whole[:200]), whole) is False
