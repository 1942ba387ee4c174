"""How many places a run may have, and who else may go with it."""

from datetime import datetime

from recovery_college import formatting
from recovery_college.courses.rules import Mode
from recovery_college.enrolment.rules import PoolKind, TooFewPlaces
from recovery_college.errors import Refusal


def check_hybrid(mode: Mode) -> None:
    if mode is not Mode.HYBRID:
        raise Refusal("Only a run that is in a room and online has places by link beside.")


def check_no_links(people: int) -> None:
    if people:
        raise TooFewPlaces(
            f"{formatting.count(people, 'person', 'people')} "
            f"{'has' if people == 1 else 'have'} a place by link, or waits for one, so people "
            "must be able to join by link.",
            field="mode",
        )


def check_release(release_at: datetime, starts_at: datetime | None, now: datetime) -> None:
    if release_at <= now:
        raise Refusal("That has passed. Choose a day that is to come.", field="day")
    if starts_at is not None and release_at >= starts_at:
        raise Refusal("Choose a day before the first session.", field="day")


def check_to_set_aside(places: int, left: int) -> None:
    if places > left:
        free = formatting.count(left, "place")
        raise TooFewPlaces(
            f"Only {free} of this run {'is' if left == 1 else 'are'} free, so no more can be "
            "set aside. Give the run more places first.",
            field="places",
        )


def check_kept(kind: PoolKind) -> None:
    """Only what is set aside can be released."""
    if kind is not PoolKind.SET_ASIDE:
        raise Refusal("These places are everybody\u2019s already.")


def check_nobody_there(people: int) -> None:
    if people:
        raise Refusal(
            f"{formatting.count(people, 'person', 'people')} "
            f"{'has' if people == 1 else 'have'} a place on it, or waits for one. Cancel the run "
            "instead: then everybody hears of it."
        )


def check_nobody_was_there(anybody: bool) -> None:
    if anybody:
        raise Refusal("People have asked for a place on it, so it stays. The history needs it.")


def check_chairs(spare: int, taken: int) -> None:
    """Whoever comes along has a chair, wherever the run meets."""
    if spare < taken:
        many = formatting.count(taken, "supporter")
        raise TooFewPlaces(
            f"{many} {'sits' if taken == 1 else 'sit'} on chairs beside the places of this run, "
            f"and there would be {spare}. Choose a larger room, or fewer places."
        )


def check_capacity(capacity: int, held: int) -> None:
    if capacity < held:
        raise TooFewPlaces(
            f"{formatting.count(held, 'place')} of this run {'is' if held == 1 else 'are'} held "
            f"or offered, so it can\u2019t have only {capacity}. Ask somebody whether they would "
            "move to another date first; no confirmed place is taken back.",
            field="capacity",
        )
