"""The fields of the college's forms: each is one component of the design system.

They read what people type as people type it, and say in a sentence what else they want.
`templates/fields.html` draws them.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from recovery_college.addresses import is_email
from recovery_college.formatting import JOINERS, cleaned

LONGEST_LINE = 200  # characters
LONGEST_TEXT = 10_000
UNSEEN = JOINERS + " \n"  # all that `cleaned` leaves of what can't be seen


class Filled(InputRequired):
    """Something has been typed that can be seen."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if _is_blank(field):
            field.errors = []
            raise ValidationError(self.message)


class Words(StringField):
    """One line. `needed` is the sentence for whoever leaves it empty."""

    component = "input"
    input = "text"
    inputmode = ""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        needed: str = "",
        most: int = LONGEST_LINE,
        **kwargs: Any,
    ) -> None:
        validators = [*kwargs.pop("validators", ()), at_most(most)]
        self.autocomplete = kwargs.pop("autocomplete", "")
        self.width = kwargs.pop("width", 30)
        super().__init__(
            label, [presence(needed), *validators], description=hint, filters=[one_line], **kwargs
        )


class Email(Words):
    """One address, which looks like one and which mail can be sent to; its domain isn't asked."""

    input = "email"

    def pre_validate(self, form: Any) -> None:
        if self.data and not is_email(self.data):
            raise ValidationError("This is not an e-mail address. It looks like name@example.org.")


class Phone(Words):
    input = "tel"


class Search(Words):
    input = "search"


class Password(PasswordField):
    """Taken as it is typed, with its spaces; never shown again."""

    component = "input"
    input = "password"
    inputmode = ""
    width = 20

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        self.autocomplete = kwargs.pop("autocomplete", "current-password")
        most = Length(max=LONGEST_TEXT, message="This is too long.")
        super().__init__(label, [presence(needed), most], description=hint, **kwargs)


class LongText(TextAreaField):
    component = "textarea"

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        needed: str = "",
        most: int = LONGEST_TEXT,
        **kwargs: Any,
    ) -> None:
        self.rows = kwargs.pop("rows", 4)
        super().__init__(
            label, [presence(needed), at_most(most)], description=hint, filters=[lines], **kwargs
        )


class Number(IntegerField):
    """A whole number between two bounds."""

    component = "input"
    input = "text"
    inputmode = "numeric"
    width = 5
    autocomplete = ""

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        needed: str = "",
        least: int = 0,
        most: int = 10_000,
        **kwargs: Any,
    ) -> None:
        self.least, self.most = least, most
        super().__init__(label, [presence(needed)], description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data: Any = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
            raise ValueError('Write a whole number, as in "12".')
        if not self.least <= int(typed) <= self.most:
            raise ValueError(f"Write a number from {self.least:,} to {self.most:,}.")
        self.data = int(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class Tick(BooleanField):
    """One box to tick."""

    component = "tick"

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        validators = [InputRequired(needed)] if needed else []
        super().__init__(label, validators, description=hint, **kwargs)


class Choice(RadioField):
    """One of a few, all in sight."""

    component = "radios"

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("coerce", str)
        super().__init__(
            label, [presence(needed)], description=hint, validate_choice=True, **kwargs
        )

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(_typed(valuelist))

    def pre_validate(self, form: Any) -> None:
        _check_offered(self)


class Pick(SelectField):
    """One of many, out of a list."""

    component = "select"

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("coerce", str)
        super().__init__(label, [presence(needed)], description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(_typed(valuelist))

    def pre_validate(self, form: Any) -> None:
        _check_offered(self)


class Choices(SelectMultipleField):
    """Any number of a few."""

    component = "checkboxes"

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        super().__init__(label, [presence(needed)], description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in _typed(valuelist) if value])

    def pre_validate(self, form: Any) -> None:
        known = {value for value, *_ in self.iter_choices()}
        if any(each not in known for each in self.data or ()):
            raise ValidationError("Choose from this list.")


class Upload(FileField):
    component = "upload"

    def __init__(
        self, label: str, *, hint: str = "", accept: str = "", needed: str = "", **kwargs: Any
    ) -> None:
        self.accept = accept
        super().__init__(label, [presence(needed)], description=hint, **kwargs)


def labelled(kinds: type[StrEnum]) -> list[SelectChoice]:
    """The members of an enumeration as choices."""
    return offered((each.value, str(getattr(each, "label", each.value))) for each in kinds)


def offered(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Values and their words as choices."""
    return [SelectChoice(value=value, label=label) for value, label in choices]


def member(kinds: type[StrEnum]) -> Callable[[object], Any]:
    """Reads a choice as a member; what is none stays as it is, to be refused."""

    def read(value: object) -> Any:
        return next((each for each in kinds if each == value), value or None)

    return read


def at_most(most: int) -> Length:
    return Length(max=most, message=f"Use {most:,} characters or fewer.")


def one_line(text: str | None) -> str:
    return " ".join(cleaned(text or "").split())


def lines(text: str | None) -> str:
    return cleaned(text or "").strip()


def presence(needed: str) -> Filled | Optional:
    return Filled(needed) if needed else Optional()


def _is_blank(field: Field) -> bool:
    """Also what was read as nothing, though it is not empty; a fault in it is told by itself."""
    if field.data is None:
        return not field.process_errors
    return isinstance(field.data, str) and not field.data.strip(UNSEEN)


def _typed(values: list[str]) -> list[str]:
    """A blank that somebody made up is nothing, and not a choice that nobody offers."""
    return [value if value.strip() else "" for value in values]


def _check_offered(field: Any) -> None:
    """Nothing chosen is for the field's other checks to judge."""
    nothing = field.data in (None, "")
    if not nothing and not any(chosen for _, _, chosen, *_ in field.iter_choices()):
        raise ValidationError("Choose from this list.")
