"""What becomes of somebody's places when their record goes, or two records become one."""

from collections import defaultdict
from collections.abc import Sequence
from secrets import token_hex

from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.attendance import feedback
from recovery_college.college.rules import College
from recovery_college.database import db, hold
from recovery_college.enrolment.commands import answering, passing
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.privacy import queries, rules


class PlacesChanged(Refusal):
    """A place of theirs was made while we waited for another."""

    def __init__(self) -> None:
        super().__init__("Their places have changed just now. Nothing was done: please try again.")


def give_up_all(actor: Person | None, person: Person, college: College) -> None:
    """What has yet to end goes to whoever is next; no words about each of them."""
    for place in _hold_places(person):
        passing.complete_places(place.run)
        if place.is_live:
            answering.leave(actor, place, Why.ERASED, college)


def forget_whose(person: Person) -> None:
    """Past places still count, and no key in them leads to who it was, or to who came along."""
    for place in queries.places_of(person):
        place.uid, place.form_key = token_hex(16), None
        place.wish = place.party = place.arrived_at = place.called_at = None
    for ticket in feedback.tickets_of(person):
        ticket.key_digest = digest(fresh_key())  # the link in their mail leads nowhere now
    for each in queries.certificates_of(person):
        each.name = ""  # its code still says that it was made, and nobody can print it
    for ended in queries.adjustments_of(person).values():
        ended.how, ended.stands = "", False  # that a need was met still counts
    db.session.flush()


def join_places(actor: Person, kept: Person, other: Person, college: College) -> None:
    """Where both are on one run the better place stays, and the other goes to the next."""
    for worse in _worse(_hold_places(kept, other)):
        answering.leave(actor, worse, Why.MERGED, college)


def _hold_places(*people: Person) -> Sequence[Enrolment]:
    """With their runs, behind the people's own locks: then nothing of it changes any more."""
    before = queries.live_places(*people)
    hold(*{each.run for each in before}, *before)
    places = queries.live_places(*people)
    if not {each.id for each in places} <= {each.id for each in before}:
        raise PlacesChanged
    return places


def _worse(places: Sequence[Enrolment]) -> list[Enrolment]:
    runs: dict[int, list[Enrolment]] = defaultdict(list)
    for place in places:
        runs[place.run_id].append(place)
    for them in runs.values():
        them.sort(key=lambda each: rules.standing(each.state, each.asking.place))
    return [worse for them in runs.values() for worse in them[1:]]
