"""Which run a row of the bookings means, and since when its request counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from recovery_college import formatting
from recovery_college.clock import london_instant
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal

NEAREST = 3  # dates that are named when none is meant
MIDDAY = time(12)
AGREE = {  # what a row says, and what may have become of it since
    State.CONFIRMED: frozenset({State.CONFIRMED, State.COMPLETED}),
    State.WAITING: frozenset({State.WAITING, State.EXPIRED}),
}


@dataclass(frozen=True)
class RunToBook:
    """A run of the college: the day on which it begins, and all on which it meets."""

    id: int
    begins: date
    days: frozenset[date]
    cancelled: bool = False
    drop_in: bool = False


def meant(runs: Sequence[RunToBook], day: date | None) -> list[RunToBook]:
    """Those that begin on the day, or else those that meet on it; one that is cancelled only
    where there is no other."""
    found = list(runs)
    if day:
        beginning = [run for run in runs if run.begins == day]
        found = beginning or [run for run in runs if day in run.days]
    return [run for run in found if not run.cancelled] or found


def the_run(title: str, runs: Sequence[RunToBook], day: date | None) -> RunToBook:
    """The one that the row means, or a refusal that helps to find it."""
    found = meant(runs, day)
    if not found:
        raise Refusal(_not_there(title, runs, day), field="day" if day else "course")
    if len(found) > 1:
        raise Refusal(_several(title, len(found), day), field="day")
    if found[0].cancelled:
        raise Refusal("The college has cancelled this run.", field="day")
    if found[0].drop_in:
        raise Refusal("Nobody needs a place on this run: people just come.", field="course")
    return found[0]


def check_left(left: int, places: int) -> None:
    if left < 1:
        taken = "it is taken" if places == 1 else "all are taken"
        raise Refusal(
            f"The run has {formatting.count(places, 'place')}, and {taken}. Give it more places "
            'first, or write "waiting list" here.',
            field="status",
        )


def requested_at(booked: date | None, now: datetime) -> datetime:
    """Midday of the day on which they booked. Nobody has booked tomorrow."""
    return min(london_instant(booked, MIDDAY), now) if booked else now


def agrees(said: State, there: State) -> bool:
    return there in AGREE.get(said, frozenset({said}))


def _not_there(title: str, runs: Sequence[RunToBook], day: date | None) -> str:
    if day is None or not runs:
        return f'The college has no run of "{title}".'
    near = sorted({run.begins for run in runs}, key=lambda begins: abs(begins - day))[:NEAREST]
    dates = formatting.listed([formatting.short_day(begins) for begins in sorted(near)])
    among = "The nearest begin" if len({run.begins for run in runs}) > NEAREST else "They begin"
    if len(near) == 1:
        among = "There is one that begins"
    return f'No run of "{title}" begins on {formatting.short_day(day)}. {among} on {dates}.'


def _several(title: str, many: int, day: date | None) -> str:
    if day is None:
        return f'"{title}" has {many} runs. The row can\'t be taken without its first date.'
    return (
        f'{many} runs of "{title}" meet on that day. Write this place down on the page of the '
        "run that is meant."
    )
