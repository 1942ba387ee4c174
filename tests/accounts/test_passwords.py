"""Long enough, not what everybody tries, and never told apart by time."""

import pytest

from recovery_college.accounts.passwords import (
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
