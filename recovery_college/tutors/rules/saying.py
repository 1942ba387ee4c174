"""What a tutor may say of when they can teach, and how it is read back to them."""

from collections.abc import Iterable
from datetime import date, time

from recovery_college.errors import Refusal
from recovery_college.formatting import WEEKDAYS, on_the_clock, short_day
from recovery_college.tutors.rules import WHOLE_DAY
from recovery_college.tutors.rules.free import Window

MOST_WINDOWS, MOST_AWAY, MOST_CALENDARS = 60, 100, 5
MIDNIGHT = time(0)


class WindowsOverlap(Refusal):
    """They have said these hours already."""


class TooMuchSaid(Refusal):
    """More rows than anybody needs."""


def until_end_of_day(ends: time) -> time:
    """Midnight as an end is that of the day's last minute."""
    return WHOLE_DAY[1] if ends == MIDNIGHT else ends


def check_window(window: Window, others: Iterable[Window]) -> None:
    """It ends after it begins, and says nothing that another says already."""
    if window.ends <= window.starts:
        raise Refusal("These hours end before they start. Check both times.", field="ends")
    if window.until_on is not None and window.until_on < window.from_on:
        raise Refusal("The last day is before the first day. Check both.", field="until_on")
    same = next((each for each in others if _overlap(window, each)), None)
    if same is not None:
        raise WindowsOverlap(
            f"You have said {in_words(same)} already. Change that one instead.", field="starts"
        )


def check_away(starts_on: date, ends_on: date, today: date) -> None:
    if ends_on < starts_on:
        raise Refusal("The last day is before the first day. Check both.", field="ends_on")
    if ends_on < today:
        raise Refusal("These days are over.", field="ends_on")


def check_not_more(there: int, most: int) -> None:
    if there >= most:
        raise TooMuchSaid(
            f"There are {most} of these already. Remove some that you don\u2019t need."
        )


def in_words(window: Window) -> str:
    """As in: Monday, 9am to 5pm; Monday, all day."""
    return f"{WEEKDAYS[window.weekday]}, {hours_in_words(window.starts, window.ends)}"


def hours_in_words(starts: time, ends: time) -> str:
    """As in: 9am to 5pm; all day; 6pm to midnight."""
    if (starts, ends) == WHOLE_DAY:
        return "all day"
    last = "midnight" if ends >= WHOLE_DAY[1] else on_the_clock(ends)
    return f"{on_the_clock(starts)} to {last}"


def days_in_words(from_on: date, until_on: date | None, today: date) -> str:
    """Nothing while it simply goes on."""
    since = f"from {short_day(from_on)}" if from_on > today else ""
    until = f"until {short_day(until_on)}" if until_on else ""
    return " ".join(filter(None, (since, until)))


def _overlap(one: Window, other: Window) -> bool:
    return (
        one.weekday == other.weekday
        and one.starts < other.ends
        and other.starts < one.ends
        and one.from_on <= (other.until_on or date.max)
        and other.from_on <= (one.until_on or date.max)
    )
