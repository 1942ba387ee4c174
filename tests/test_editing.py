"""The second of two editors is told; what makes no difference is none."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from recovery_college.accounts.rules import Role
from recovery_college.editing import Edit, Overtaken, apply, print_of, prints_of


@dataclass
class Thing:
    name: str = "Ada"
    phone: str | None = None


def test_only_what_changed_is_named_and_put_in() -> None:
    thing = Thing()
    seen = prints_of(thing, ("name", "phone"))
    assert apply(thing, Edit({"name": "Bo", "phone": ""}, seen)) == ("name",)
    assert thing == Thing("Bo", None)


def test_what_somebody_else_changed_meanwhile_is_named_and_nothing_is_put_in() -> None:
    thing = Thing()
    seen = prints_of(thing, ("name", "phone"))
    thing.phone = "1"
    with pytest.raises(Overtaken) as refused:
        apply(thing, Edit({"name": "Bo", "phone": "2"}, seen))
    assert (refused.value.fields, thing) == (("phone",), Thing("Ada", "1"))


def test_a_form_that_says_nothing_of_what_it_showed_is_never_taken() -> None:
    with pytest.raises(Overtaken):
        apply(Thing(), Edit({"name": "Bo"}, {}))


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (None, ""),
        ("a", " a "),
        (Role.DESK, "desk"),
        (["b", "a"], {"a", "b"}),
        (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC)),
    ],
)
def test_what_makes_no_difference_has_one_print(one: object, same: object) -> None:
    assert print_of(one) == print_of(same)
    assert print_of(one) != print_of("something else")
