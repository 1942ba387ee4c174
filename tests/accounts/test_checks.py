"""Each check finds what breaks it, and nothing else."""

import pytest

from recovery_college.accounts.checks import CHECKS
from recovery_college.accounts.rules import Role
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")


def broken() -> list[str]:
    return [row for check in CHECKS.values() for row in check()]


def test_whoever_chose_one_manager_has_one_who_still_is() -> None:
    make_person()
    make_person(restricted_to_id=make_person("Olu", Role.MANAGER, Role.DESK).id)
    assert broken() == []
    left = make_person(restricted_to_id=make_person("Dee", Role.DESK).id)
    assert broken() == [f"person:{left.id}"]
