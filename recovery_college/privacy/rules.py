"""What becomes of each row that points at a person. A test holds the list against the tables."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.queue import Place
from recovery_college.errors import Refusal

SOMEBODY = "Somebody who has left"
TOLD_BEFORE = timedelta(days=30)  # before their record goes
UNFINISHED_FOR = timedelta(days=7)  # a joining that nobody has come back to
WELCOME_NAMED_FOR = timedelta(days=30)  # if the office has not seen to it; the count stays
COPY_LIVES = timedelta(days=7)
LARGE_COPY = 2_000  # rows, from which on the worker makes it
YEAR = timedelta(days=365.25)


class Fate(StrEnum):
    """What erasing a person does with a row that points at them."""

    GOES = "goes"  # the row is deleted
    FORGETS = "forgets"  # the row stays, and no longer says who
    STAYS = "stays"  # the row stays with the person's own row, which says nothing any more


class Joined(StrEnum):
    """What merging two records does with a row of the one that goes."""

    MOVES = "moves"  # to the other record
    ONCE = "once"  # it moves, unless the other record says the same
    APART = "apart"  # a rule of its own


@dataclass(frozen=True)
class Treatment:
    """`told` is how the rows are called in somebody's copy; "" is for what they aren't shown."""

    fate: Fate
    joined: Joined
    told: str = ""


GOES, FORGETS, STAYS = Fate.GOES, Fate.FORGETS, Fate.STAYS
MOVES, ONCE, APART = Joined.MOVES, Joined.ONCE, Joined.APART
KEYS: dict[str, Treatment] = {
    "acceptance.person_id": Treatment(GOES, ONCE, "Agreements that you said yes to"),
    "adjustment.settled_by_id": Treatment(FORGETS, MOVES),
    "agreement.made_by_id": Treatment(FORGETS, MOVES),
    "authenticator.person_id": Treatment(GOES, APART),
    "calendar_entry.person_id": Treatment(GOES, MOVES, "Entries in your calendar"),
    "coming_as.person_id": Treatment(GOES, ONCE, "Why you come"),
    "contributor.person_id": Treatment(STAYS, ONCE, "Courses that you made with others"),
    "cover_call.opened_by_id": Treatment(FORGETS, MOVES),
    "data_copy.person_id": Treatment(GOES, MOVES),
    "delivery.asked_by_id": Treatment(FORGETS, MOVES),
    "enrolment.asked_by_id": Treatment(FORGETS, MOVES),
    "enrolment.person_id": Treatment(FORGETS, MOVES, "Places that you asked for"),
    "enrolment_step.by_id": Treatment(FORGETS, MOVES),
    "equality_answer.person_id": Treatment(GOES, ONCE, "Equality answers"),
    "feed_key.person_id": Treatment(GOES, MOVES, "Devices that read your calendar"),
    "hours_sheet.approved_by_id": Treatment(FORGETS, MOVES),
    "import_upload.owner_id": Treatment(GOES, MOVES),
    "incoming_mail.person_id": Treatment(GOES, MOVES, "What your calendar answered us"),
    "mark.by_id": Treatment(FORGETS, MOVES),
    "merged_person.person_id": Treatment(GOES, MOVES),
    "one_time_link.person_id": Treatment(GOES, MOVES),
    "outbox_message.person_id": Treatment(GOES, MOVES, "Messages to you"),
    "passkey.person_id": Treatment(GOES, MOVES, "Passkeys"),
    "person.restricted_to_id": Treatment(FORGETS, APART),
    "recovery_code.person_id": Treatment(GOES, MOVES),
    "ring_first.other_id": Treatment(GOES, APART),
    "ring_first.person_id": Treatment(GOES, APART),
    "ring_first.set_by_id": Treatment(FORGETS, MOVES),
    "role.given_by_id": Treatment(FORGETS, MOVES),
    "role.person_id": Treatment(GOES, ONCE, "Roles"),
    "saved_return.made_by_id": Treatment(FORGETS, MOVES),
    "sign_in.person_id": Treatment(GOES, APART, "How you sign in"),
    "sign_on.person_id": Treatment(GOES, MOVES, "Signing on with another organisation"),
    "student_tally.person_id": Treatment(GOES, ONCE),
    "tutor.person_id": Treatment(STAYS, APART, "Teaching"),
    "tutor_mark.by_id": Treatment(FORGETS, MOVES),
    "visit.person_id": Treatment(GOES, MOVES, "Where you are signed in"),
    "welcome.made_by_id": Treatment(FORGETS, MOVES),
    "welcome.person_id": Treatment(FORGETS, MOVES, "Sessions that you came to without a place"),
}
TEACHING: dict[str, Treatment] = {  # rows that point at somebody as a tutor
    "busy_calendar.tutor_id": Treatment(GOES, MOVES, "Calendars of yours that we read"),
    "busy_time.tutor_id": Treatment(GOES, MOVES, "When your calendar says that you are busy"),
    "certificate_tutor.tutor_id": Treatment(STAYS, MOVES, "Certificates that say you taught"),
    "delivery.tutor_id": Treatment(STAYS, APART, "Sessions that you teach, or were asked for"),
    "hours_sheet.tutor_id": Treatment(GOES, APART, "Months whose hours you confirmed"),
    "pair_note.tutor_id": Treatment(STAYS, APART, "Notes that you wrote for your pair"),
    "run_load.tutor_id": Treatment(STAYS, MOVES),
    "teaches.tutor_id": Treatment(GOES, ONCE, "Courses that you can teach"),
    "time_proposal.made_by_id": Treatment(GOES, MOVES, "Other times that you proposed"),
    "training_step.tutor_id": Treatment(GOES, MOVES, "Your training"),
    "tutor_away.tutor_id": Treatment(GOES, MOVES, "Days on which you can\u2019t teach"),
    "tutor_mark.tutor_id": Treatment(STAYS, APART, "Whether you taught"),
    "tutor_side.tutor_id": Treatment(STAYS, ONCE, "What you bring to a pair"),
    "tutor_venue.tutor_id": Treatment(GOES, ONCE, "Places that you can reach"),
    "tutor_window.tutor_id": Treatment(GOES, MOVES, "Hours in which you can teach"),
    "work_entry.tutor_id": Treatment(GOES, MOVES, "Hours that you wrote down"),
}
NOT_TOLD = {  # columns that are of no use to anybody but a thief
    *("key_digest", "device_digest", "password_hash", "credential_id", "public_key", "secret"),
    *("sign_count", "key", "thread", "claimed_until", "search", "person_id", "tutor_id", "link"),
    *("calendar", "holder", "uid", "sequence", "first_sequence", "method"),
    *("digest", "entry_id", "message_id", "sender"),
}
MAY_NAME_ANYBODY = ("import_upload",)  # a spreadsheet that waits; its owner can send it again
BEST_FIRST = (State.CONFIRMED, State.OFFERED, State.WAITING)
FOR_THEMSELF_ONLY = {"coming_as.person_id", "equality_answer.person_id"}


class NamesKept(Refusal):
    """A manager whom people chose as the only one to open their record."""

    def __init__(self) -> None:
        super().__init__(
            "People have chosen you as the only one who may open their record. Ask them to "
            "choose somebody else first."
        )


def standing(state: State, place: Place) -> tuple[int, Place]:
    """Of two places of one person on one run, the one that comes first by this is the better."""
    return BEST_FIRST.index(state), place


def needs_end(now: datetime, *, days: int) -> datetime:
    """Whose last session was over by then has been gone for long enough."""
    return now - timedelta(days=days)


def without(earlier: str, label: str, labels: Collection[str]) -> str:
    """What a record said earlier, but for what stands under this label, on however many lines."""
    kept, under = [], ""
    for line in earlier.splitlines():
        under = next((each for each in labels if line.startswith(f"{each}: ")), under)
        if under != label:
            kept.append(line)
    return "\n".join(kept)


def ends_at(active_at: datetime, *, years: int) -> datetime:
    """When a record goes, unless something happens before."""
    return active_at + years * YEAR


def is_due_to_be_told(active_at: datetime, now: datetime, *, years: int) -> bool:
    return now >= ends_at(active_at, years=years) - TOLD_BEFORE
