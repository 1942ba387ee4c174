"""Fields read what people type as they type it, and say in a sentence what else they want."""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from recovery_college.app import create_app
from recovery_college.fields import (
    Choice,
    Choices,
    Email,
    LongText,
    Number,
    Password,
    Pick,
    Tick,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.forms import CollegeForm


class Look(StrEnum):
    WAVE = "wave"
    LEAF = "leaf"

    @property
    def label(self) -> str:
        return {Look.WAVE: "A wave", Look.LEAF: "A leaf"}[self]


class AllForm(CollegeForm):
    class Meta:
        csrf = False

    name = Words("Name", needed="Type a name.")
    nick = Words("Nick", most=5)
    email = Email("E-mail address")
    words = LongText("Words", most=20)
    password = Password("Password")
    many = Number("How many?", least=2, most=1_200)
    yes = Tick("Yes", needed="Tick it.")
    look = Choice("Look", choices=labelled(Look), coerce=member(Look))
    must = Choice("Must", needed="Choose one.", choices=offered([("a", "A"), ("b", "B")]))
    pick = Pick("Pick", choices=offered([("", "None"), ("1", "One")]))
    count = Number("Count", needed="Say how many.")
    some = Choices("Some", choices=labelled(Look), coerce=member(Look))


RIGHT = {"name": "Ada", "yes": "y", "must": "a", "count": "1"}


@pytest.fixture(scope="module")
def app() -> Flask:
    """No database is asked."""
    return create_app({"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"})


@pytest.fixture(autouse=True)
def asked(app: Flask) -> Any:
    with app.test_request_context(method="POST"):
        yield


def read(**typed: Any) -> AllForm:
    form = AllForm(MultiDict(RIGHT | typed))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("field", "typed", "is_read_as"),
    [
        ("name", "  Ada \t Osei ", "Ada Osei"),
        ("name", "Ada\r\nBcc: all@example.org", "Ada Bcc: all@example.org"),
        ("name", "A\x00d\x07a", "Ada"),
        ("name", "\u202eada", "ada"),
        ("name", "Zoë Ó Briain-Łuczak", "Zoë Ó Briain-Łuczak"),
        ("name", "👩🏽\u200d🔬", "👩🏽\u200d🔬"),
        ("nick", "12345", "12345"),
        ("email", " Ada+c@Example.org ", "Ada+c@Example.org"),
        ("words", " one\r\ntwo \n", "one\ntwo"),
        ("password", "  with spaces  ", "  with spaces  "),
        ("many", " 1200 ", 1_200),
        ("many", "", None),
        ("look", "leaf", Look.LEAF),
        ("look", " ", None),
        ("pick", "1", "1"),
        ("pick", "\t ", ""),
        ("some", ["leaf", "", " ", "wave"], [Look.LEAF, Look.WAVE]),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(field: str, typed: Any, is_read_as: Any) -> None:
    form = read(**{field: typed})
    assert (form.errors, form[field].data) == ({}, is_read_as)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Type a name."),
        ("name", "   ", "Type a name."),
        ("name", "\u200d\u200b\u2060", "Type a name."),
        ("name", "a" * 201, "Use 200 characters or fewer."),
        ("nick", "123456", "Use 5 characters or fewer."),
        ("email", "ada", "This is not an e-mail address. It looks like name@example.org."),
        ("words", "a" * 21, "Use 20 characters or fewer."),
        ("many", "twelve", 'Write a whole number, as in "12".'),
        ("many", "²", 'Write a whole number, as in "12".'),
        ("many", "-3", 'Write a whole number, as in "12".'),
        ("many", "1" * 5_000, 'Write a whole number, as in "12".'),
        ("many", "1", "Write a number from 2 to 1,200."),
        ("many", "1201", "Write a number from 2 to 1,200."),
        ("yes", "", "Tick it."),
        ("look", "kite", "Choose from this list."),
        ("must", "", "Choose one."),
        ("must", " \n", "Choose one."),
        ("count", " ", "Say how many."),
        ("count", "x", 'Write a whole number, as in "12".'),
        ("must", "c", "Choose from this list."),
        ("pick", "2", "Choose from this list."),
        ("some", ["leaf", "kite"], "Choose from this list."),
    ],
)
def test_what_does_not_fit_is_said_once_and_what_was_typed_stays(
    field: str, typed: Any, says: str
) -> None:
    form = read(**{field: typed})
    assert form.errors == {field: [says]}


@pytest.mark.parametrize("typed", ["twelve", "1201", " 12 "])
def test_a_number_is_shown_again_as_it_was_typed(typed: str) -> None:
    assert read(many=typed).many._value() == typed


def test_nothing_typed_is_nothing_where_nothing_is_needed() -> None:
    form = read()
    assert (form.errors, form.nick.data, form.many.data, form.look.data, form.some.data) == (
        {},
        "",
        None,
        None,
        [],
    )


def test_choices_are_said_in_the_words_of_their_kind() -> None:
    assert [(each.value, each.label) for each in labelled(Look)] == [
        ("wave", "A wave"),
        ("leaf", "A leaf"),
    ]
