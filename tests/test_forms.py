"""A form keeps what was typed, says what is amiss beside it, and tells the second of two."""

import json
from dataclasses import dataclass, field
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from recovery_college.app import create_app
from recovery_college.editing import Overtaken, apply
from recovery_college.errors import NotFound, Refusal
from recovery_college.fields import Choice, Choices, Tick, Words, offered
from recovery_college.forms import CollegeForm, EditForm, in_words


@dataclass
class Thing:
    name: str = "Ada"
    phone: str = "1"
    by: str = ""
    kinds: list[str] = field(default_factory=lambda: ["a"])
    discreet: bool = True


BY = offered([("", "Any way"), ("post", "By post")])


class ThingForm(EditForm):
    class Meta:
        csrf = False

    name = Words("Name", needed="Type a name.")
    phone = Words("Phone")
    by = Choice("By", choices=BY)
    kinds = Choices("Kinds", choices=offered([("a", "A thing"), ("b", "B thing")]))
    discreet = Tick("Discreet")


@pytest.fixture(scope="module")
def app() -> Flask:
    """No database is asked."""
    return create_app({"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"})


def shown(app: Flask, thing: Thing) -> str:
    """What the page of the form carries along."""
    with app.test_request_context():
        return str(ThingForm(thing).seen.data)


def sent(app: Flask, thing: Thing, seen: str, **typed: Any) -> ThingForm:
    said = {"name": "Ada", "phone": "1", "kinds": ["a"], "discreet": "y", "seen": seen}
    with app.test_request_context(method="POST", data=MultiDict(said | typed)):
        form = ThingForm(thing)
        if form.validate():
            with form.showing_refusals():
                apply(thing, form.edit)
        assert form.status == 422
        return form


def test_a_form_that_is_shown_first_is_fine_and_one_that_is_shown_again_is_not(app: Flask) -> None:
    with app.test_request_context():
        form = ThingForm(Thing())
        assert (form.status, form.faults, form.name.data) == (200, [], "Ada")


def test_what_was_typed_is_put_into_the_row(app: Flask) -> None:
    thing = Thing()
    seen = shown(app, thing)
    form = sent(app, thing, seen, name=" Bo  Lind ", by="post", kinds=["b", "a"], discreet="")
    assert form.faults == []
    assert thing == Thing("Bo Lind", "1", "post", ["b", "a"], False)


def test_a_file_that_is_sent_for_a_word_is_nothing_that_was_typed(app: Flask) -> None:
    file = {"name": (BytesIO(b"PK"), "name.zip"), "phone": "2"}
    with app.test_request_context(method="POST", data=file):
        form = ThingForm(Thing())
        assert (form.name.data, form.phone.data) == ("Ada", "2")


def test_a_box_that_is_not_ticked_any_more_is_read_as_such(app: Flask) -> None:
    thing = Thing()
    said = MultiDict({"name": "Ada", "phone": "1", "kinds": "a", "seen": shown(app, thing)})
    with app.test_request_context(method="POST", data=said):
        apply(thing, ThingForm(thing).edit)
    assert thing == Thing(discreet=False)


def test_the_second_editor_is_told_field_by_field_and_saves_with_a_second_press(
    app: Flask,
) -> None:
    thing = Thing()
    seen = shown(app, thing)
    thing.phone, thing.by, thing.kinds, thing.discreet = "2", "post", [], False
    form = sent(app, thing, seen, name="Bo", phone="3")
    assert thing.name == "Ada"
    assert (form.name.data, form.phone.data) == ("Bo", "3")
    assert [(id, words) for id, words in form.faults if id] == [
        ("phone", "This is now: 2"),
        ("by-1", "This is now: By post"),
        ("kinds-1", "This is now: nothing"),
        ("discreet", "This is now: not ticked"),
    ]
    assert form.faults[0] == ("", Overtaken(()).message)
    again = sent(app, thing, str(form.seen.data), name="Bo", phone="3")
    assert (again.faults, thing.name, thing.phone) == ([], "Bo", "3")


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"name": 1}', json.dumps({"x": "y"})])
def test_what_was_shown_can_t_be_made_up(app: Flask, seen: str) -> None:
    thing = Thing()
    assert sent(app, thing, seen, name="Bo").faults[0] == ("", Overtaken(()).message)
    assert thing == Thing()


def test_a_refusal_stands_beside_its_field_or_at_the_head(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "Ada"}):
        form = ThingForm(Thing())
        for refusal in (Refusal("Not him.", field="name"), Refusal("No."), Refusal("x", field="?")):
            with form.showing_refusals():
                raise refusal
        assert form.faults == [("", "No."), ("", "x"), ("name", "Not him.")]


def test_what_is_no_refusal_goes_on(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = CollegeForm()
        with pytest.raises(NotFound), form.showing_refusals():
            raise NotFound


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Any way"),
        ("", "Any way"),
        ("post", "By post"),
        ("gone", "gone"),
        (True, "ticked"),
        (False, "not ticked"),
        (["post", "gone"], "By post, gone"),
        ([], "nothing"),
        (date(2027, 1, 12), "12/01/2027"),
        (time(10, 30), "10:30"),
        (0, "0"),
    ],
)
def test_a_value_is_said_in_the_words_of_its_choices(value: object, words: str) -> None:
    class Field:
        choices = BY

    assert in_words(Field(), value) == words


def test_an_empty_line_is_said_to_be_nothing() -> None:
    assert (in_words(object(), None), in_words(object(), "a")) == ("nothing", "a")
