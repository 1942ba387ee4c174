"""What every form of the college can do; one field is one component of the design system.

A form keeps what was typed, puts a refusal beside its field, and tells the second of two
editors what the first changed.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, HiddenField
from wtforms.widgets import HiddenInput

from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import Refusal


class CollegeForm(FlaskForm):
    """`status` is that of the page which shows the form."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """A file is for a field that asks for one: as a word it is nothing that was typed."""
            given = super().wrap_formdata(form, formdata)
            if not isinstance(given, CombinedMultiDict):
                return given
            files = [pair for pair in request.files.items(multi=True) if _takes_file(form, pair[0])]
            return CombinedMultiDict([MultiDict(files), request.form])

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """What nobody sees has no id: a page may hold several forms."""
            hidden = {"id": False} if isinstance(field.widget, HiddenInput) else {}
            made: Markup = super().render_field(field, hidden | render_kw)
            return made

    @property
    def status(self) -> int:
        return 422 if self.is_submitted() else 200

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What the error summary lists: the field's id, or nothing, and the sentence."""
        heads = [("", str(error)) for error in self.form_errors]
        return heads + [
            (_first_id(field), str(error))
            for field in self
            for error in field.errors
            if field.type not in ("CSRFTokenField", "HiddenField")
        ]

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Put a refusal beside its field, or at the head of the form."""
        try:
            yield
        except Refusal as refusal:
            self._show(refusal)

    def _show(self, refusal: Refusal) -> None:
        if refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)


class EditForm(CollegeForm):
    """A form over a row. Its fields are called as the row's.

    The hidden `seen` holds a print of each value as it was shown.
    """

    seen = HiddenField()

    def __init__(self, row: object, **kwargs: Any) -> None:
        super().__init__(obj=row, **kwargs)
        self._row = row
        if "formdata" in kwargs or not self.is_submitted():
            self._remember()

    @property
    def edit(self) -> Edit:
        """What was typed, for `editing.apply`."""
        return Edit({name: self[name].data for name in self.asked}, _read_prints(self.seen.data))

    @property
    def asked(self) -> list[str]:
        return [
            field.short_name for field in self if field.short_name not in ("csrf_token", "seen")
        ]

    def _remember(self) -> None:
        self.seen.data = json.dumps(prints_of(self._row, self.asked))

    def _show(self, refusal: Refusal) -> None:
        super()._show(refusal)
        if isinstance(refusal, Overtaken):
            for name in refusal.fields:
                self[name].errors = [
                    *self[name].errors,
                    f"This is now: {in_words(self[name], getattr(self._row, name))}",
                ]
            self._remember()


def _takes_file(form: Any, name: str) -> bool:
    return name in form and isinstance(form[name], FileField)


def in_words(field: Any, value: object) -> str:
    """A value of the field as it is read: in the words of its choices."""
    words = {str(each): words for each, words, *_ in getattr(field, "choices", None) or ()}
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    if isinstance(value, Collection) and not isinstance(value, str):
        return ", ".join(words.get(str(each), str(each)) for each in value) or "nothing"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    said = "" if value is None else str(value)
    return words.get(said, said) or "nothing"


def _first_id(field: Field) -> str:
    return (
        f"{field.id}-1" if field.component in ("radios", "checkboxes", "times") else str(field.id)
    )


def _read_prints(typed: object) -> Mapping[str, str]:
    try:
        read = json.loads(str(typed))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in read.items()} if isinstance(read, dict) else {}
