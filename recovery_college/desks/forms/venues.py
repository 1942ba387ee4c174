"""What the office asks about venues and their rooms."""

from collections.abc import Iterable
from typing import Any, cast

from recovery_college.fields import LongText, Number, Pick, Tick, Upload, Words, offered
from recovery_college.forms import CollegeForm, EditForm

ANSWERS = offered([("", "We have not checked yet"), ("yes", "Yes"), ("no", "No")])


def answer(value: object) -> Any:
    """What is not known yet is None, and shown as such."""
    return value if isinstance(value, bool) else {"yes": True, "no": False}.get(str(value))


class Known(Pick):
    """Yes, no, or not checked yet."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, choices=ANSWERS, coerce=answer, **kwargs)

    def iter_choices(self) -> Any:
        for choice in super().iter_choices():
            yield choice._replace(selected=answer(choice.value) is self.data)


class VenueForm(EditForm):
    name = Words("Name", needed="Give the place a name.")
    address = LongText("Address", rows=3)
    getting_there = LongText("How to get there")
    buses = LongText("Buses", rows=2)
    parking = LongText("Parking", rows=2)
    toilets = LongText("Toilets", rows=2)


class NewVenueForm(VenueForm):
    online = Tick("It is online", hint="Any number of sessions can meet there at once.")


class RoomForm(EditForm):
    name = Words("Name", needed="Give the room a name.")
    places = Number("How many people it holds", least=1, hint="Leave it empty if nobody knows.")
    step_free = Known("Step-free")
    hearing_loop = Known("Hearing loop")
    quiet_space = Known("Quiet space")
    outside = Tick("It is somebody else\u2019s", hint="It is asked for, and then confirmed.")


class DoorForm(CollegeForm):
    photo = Upload("A picture of the door", hint="PNG, JPEG or WebP.", accept="image/*")
    words = Words(
        "The picture in words",
        hint="For people who don't see it, as in: a blue door beside the bakery.",
        needed="Say in words what the picture shows.",
    )


class TravelForm(EditForm):
    """A field for each other venue; see `over`."""

    @classmethod
    def over(cls, ways: object, others: Iterable[tuple[int, str]], usual: int) -> "TravelForm":
        hint = f"Minutes. Empty is the usual time, {usual} minutes."
        fields = {f"to_{id}": Number(f"To {name}", hint=hint, most=600) for id, name in others}
        return cast(TravelForm, type("TravelForm", (cls,), fields)(ways))
