"""Which session a row of the attendance means, and on which place its mark is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recovery_college import formatting
from recovery_college.attendance.rules import CAME, MarkState
from recovery_college.clock import in_london
from recovery_college.errors import Refusal
from recovery_college.intake.rules.places import NEAREST


@dataclass(frozen=True)
class SessionToMark:
    id: int
    run: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False

    @property
    def day(self) -> date:
        return in_london(self.starts_at).date()


@dataclass(frozen=True)
class PlaceToMark:
    """One that was held; `left_at` is when it was given up, or taken away."""

    id: int
    left_at: datetime | None = None


Places = Mapping[int, PlaceToMark]  # somebody's, by run


def the_session(
    title: str, sessions: Sequence[SessionToMark], day: date, places: Places
) -> SessionToMark:
    """The one of that day on whose run they have a place, or a refusal that helps to find it."""
    there = [each for each in sessions if each.day == day]
    if not there:
        raise Refusal(_not_there(title, sessions, day), field="day")
    live = [each for each in there if not each.cancelled]
    if not live:
        raise Refusal("The college has cancelled this session.", field="day")
    theirs = [each for each in live if each.run in places]
    if not theirs:
        raise Refusal(
            f'They have no place on "{title}" of that day. Book the place first, or welcome them '
            "on the register of that session.",
            field="student",
        )
    if len(theirs) > 1:
        raise Refusal(
            f'They have a place on {len(theirs)} sessions of "{title}" that day. Mark them on the '
            "register of each.",
            field="day",
        )
    return theirs[0]


def check_over(session: SessionToMark, now: datetime) -> None:
    if session.ends_at > now:
        raise Refusal("This session is not over yet, so nobody can say who came.", field="day")


def check_missed(session: SessionToMark, place: PlaceToMark, state: MarkState) -> None:
    """Who gave up their place and came all the same did come; nobody else of them is missed."""
    if place.left_at and place.left_at < session.starts_at and state not in CAME:
        raise Refusal(
            "They no longer had their place by then, so nobody expected them.", field="mark"
        )


def _not_there(title: str, sessions: Sequence[SessionToMark], day: date) -> str:
    days = sorted({each.day for each in sessions}, key=lambda each: abs(each - day))
    if not days:
        return f'The college has no session of "{title}".'
    near = formatting.listed([formatting.short_day(each) for each in sorted(days[:NEAREST])])
    among = "The nearest are" if len(days) > NEAREST else "They are"
    if len(days) == 1:
        among = "There is one"
    return f'No session of "{title}" is on {formatting.short_day(day)}. {among} on {near}.'
