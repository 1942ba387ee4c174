"""Codes of an app and codes on paper; who needs a second step."""

from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from recovery_college.accounts import factors
from recovery_college.accounts.factors import LastFactor, OwnFactor
from recovery_college.accounts.rules import Role

AN_APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # an example
NOW = datetime(2027, 5, 3, 9, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // factors.STEP


def code(after: int = 0) -> str:
    return TOTP(AN_APP).at(NOW + timedelta(seconds=after))


@pytest.mark.parametrize(
    ("typed", "last_step", "step"),
    [
        (code(), 0, STEP),
        (f" {code()[:3]} {code()[3:]} ", 0, STEP),
        (code(-30), 0, STEP - 1),
        (code(30), 0, STEP + 1),
        (code(-60), 0, None),
        (code(60), 0, None),
        (code(), STEP, None),
        (code(-30), STEP, None),
        ("", 0, None),
        ("12345", 0, None),
        ("²²²²²²", 0, None),
        ("1" * 10_000, 0, None),
    ],
)
def test_a_code_counts_in_its_half_minute_and_the_ones_beside_it_and_once(
    typed: str, last_step: int, step: int | None
) -> None:
    assert factors.step_of(AN_APP, typed, NOW, last_step) == step


def test_codes_on_paper_are_ten_different_ones_that_nobody_misreads() -> None:
    codes = factors.fresh_paper_codes()
    assert len(set(codes)) == 10
    assert not set("".join(codes)) & set("0o1il")
    assert factors.paper_key(codes[0].upper().replace("-", " ")) == factors.paper_key(codes[0])


@pytest.mark.parametrize(
    ("roles", "environment", "needed"),
    [
        ({Role.DESK}, "production", True),
        ({Role.MANAGER, Role.TUTOR}, "production", True),
        ({Role.TUTOR}, "production", False),
        (set(), "production", False),
        ({Role.MANAGER}, "development", False),
    ],
)
def test_in_production_the_whole_office_has_a_second_step(
    roles: set[Role], environment: str, needed: bool
) -> None:
    assert factors.must_have_factor(roles, environment) is needed
    if needed:
        with pytest.raises(LastFactor):
            factors.check_may_go(roles, environment, 0)
    factors.check_may_go(roles, environment, 1)


def test_nobody_resets_their_own() -> None:
    factors.check_not_ones_own(None, 1)
    with pytest.raises(OwnFactor):
        factors.check_not_ones_own(1, 1)
