"""What is said of people, before any database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from recovery_college.errors import Refusal
from recovery_college.formatting import cleaned
from recovery_college.messages.rules import Channel

TITLES = {"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "rev", "revd", "sir", "dame"}
LONGEST_NAME = 200  # characters; the longest known names are shorter
NEEDS_FROM = timedelta(days=14)  # before a session its pair sees what people need, without names
NAMES_FROM = timedelta(days=1)  # before a session its pair sees the names too
NEEDS_UNTIL = timedelta(days=2)  # after a session
NAMES_UNTIL = timedelta(days=7)
LONGEST_VISIT = timedelta(days=30)  # of a student on their own device
SHORT_VISIT = timedelta(hours=12)  # of anybody else
LINK_LIVES = timedelta(minutes=15)


class Side(StrEnum):
    """Which half of the pair a person brings to a course."""

    LIVED = "lived"
    PROFESSIONAL = "professional"

    @property
    def label(self) -> str:
        return "lived experience" if self is Side.LIVED else "professional"


class ShownAs(StrEnum):
    """How somebody wishes to be shown to the public. Until they say so: not named."""

    NOT_NAMED = "not_named"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"

    @property
    def label(self) -> str:
        return SHOWN_AS[self]


SHOWN_AS = {
    ShownAs.NOT_NAMED: "Not named",
    ShownAs.FIRST_NAME: "By first name",
    ShownAs.FULL_NAME: "By full name",
}


class Role(StrEnum):
    """What a person may do besides being a student, which everybody is."""

    TUTOR = "tutor"
    DESK = "desk"
    MANAGER = "manager"

    @property
    def label(self) -> str:
        return ROLES[self]


ROLES = {
    Role.TUTOR: "Tutor",
    Role.DESK: "Office desk",
    Role.MANAGER: "Office manager",
}
OFFICE = frozenset({Role.DESK, Role.MANAGER})


class JoinStep(StrEnum):
    """The pages of joining after the first, in their order."""

    REACH = "reach"
    HELPS = "helps"
    REASONS = "reasons"
    AGREEMENT = "agreement"


class ContactBy(StrEnum):
    """How a person wants to hear from the college."""

    EMAIL = "email"
    TEXT = "text"
    PHONE = "phone"
    POST = "post"

    @property
    def label(self) -> str:
        return CONTACTS[self]


CONTACTS = {
    ContactBy.EMAIL: "By e-mail",
    ContactBy.TEXT: "By text",
    ContactBy.PHONE: "By phone",
    ContactBy.POST: "By post",
}


class Invites(StrEnum):
    """When the entries of somebody's sessions come to their calendar."""

    WEEK = "week"
    AT_ONCE = "at_once"
    NONE = "none"

    @property
    def label(self) -> str:
        return INVITED[self]


INVITED = {
    Invites.WEEK: "A week before each session",
    Invites.AT_ONCE: "All of a course's sessions at once",
    Invites.NONE: "Not at all",
}
WISHED = {
    ContactBy.POST: (Channel.LETTER,),
    ContactBy.PHONE: (Channel.CALL,),
    ContactBy.TEXT: (Channel.TEXT, Channel.EMAIL, Channel.CALL),
}
UNASKED = (Channel.EMAIL, Channel.LETTER, Channel.CALL)
REACHED_AT = {  # the field without which a person can't be reached so
    ContactBy.EMAIL: "email",
    ContactBy.TEXT: "phone",
    ContactBy.PHONE: "phone",
    ContactBy.POST: "address",
}
REACHES = {"contact_by", *REACHED_AT.values()}


@dataclass(frozen=True)
class Limit:
    """So many tries within a time, then a rest."""

    tries: int
    within: timedelta
    rest: timedelta


QUARTER = timedelta(minutes=15)
PASSWORDS_OF_ONE = Limit(10, QUARTER, QUARTER)  # a person forgets, a machine guesses
PASSWORDS_OF_NETWORK = Limit(100, QUARTER, QUARTER)  # a hospital or a library shares one
LINKS_OF_ONE = Limit(5, QUARTER, QUARTER)
LINKS_OF_NETWORK = Limit(60, QUARTER, QUARTER)
JOINS_OF_NETWORK = Limit(30, QUARTER, QUARTER)


class TooManyTries(Refusal):
    """Too many for a while; a link by e-mail still works."""

    def __init__(self) -> None:
        super().__init__(
            "There were too many tries. Wait 15 minutes, or use a link that we e-mailed to you."
        )


class TooManyJoined(Refusal):
    """Too many from one network for a while; the office still answers the phone."""

    def __init__(self) -> None:
        super().__init__(
            "Many people have joined from here just now. Wait 15 minutes, or phone the office: "
            "they type it for you."
        )


class OfficeNeedsAddress(Refusal):
    """Who sees other people's records must be able to sign in."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody of the office signs in with an e-mail address. Choose another address "
            "instead."
        )


class WrongPassword(Refusal):
    """The same whether the address is known or not."""

    def __init__(self) -> None:
        super().__init__(
            "That e-mail address and password don't go together. Try again, or ask for a "
            "sign-in link.",
            field="password",
        )


class WrongCurrentPassword(Refusal):
    """Whoever sits at somebody else's device does not know it."""

    def __init__(self) -> None:
        super().__init__(
            "That is not your password now. If you forgot it, sign out, ask for a sign-in link, "
            "and choose a new one within 15 minutes.",
            field="current_password",
        )


class BadLink(Refusal):
    """Wrong, too old or used: the same for all three."""

    def __init__(self) -> None:
        super().__init__(
            "This sign-in link is too old, was used already, or has a slip in it. "
            "Ask for a new one."
        )


class NoAddressYet(Refusal):
    """A password goes with an address that is proven."""

    def __init__(self) -> None:
        super().__init__(
            "First prove your e-mail address: ask for a sign-in link, and open it.",
            field="password",
        )


class LastManager(Refusal):
    """Somebody must be able to give roles."""

    def __init__(self) -> None:
        super().__init__(
            "This is the only manager. Make somebody else a manager first, so that the college "
            "is not locked out."
        )


class OwnRole(Refusal):
    """Nobody decides on their own roles."""

    def __init__(self) -> None:
        super().__init__("You can't change your own roles. Ask another manager.")


class StillNamed(Refusal):
    """People have chosen this manager as the only one to open their record."""

    def __init__(self, people: int) -> None:
        named = "One person has" if people == 1 else f"{people} people have"
        super().__init__(
            f"{named} chosen this manager as the only one who may open their record. "
            "This manager can ask them to choose somebody else first."
        )


def check_not_oneself(actor_id: int | None, person_id: int) -> None:
    if actor_id == person_id:
        raise OwnRole


def check_manager_may_go(managers: int, named_by: int) -> None:
    if managers < 2:
        raise LastManager
    if named_by:
        raise StillNamed(named_by)


def check_may_do_without_address(roles: Collection[Role]) -> None:
    if is_office(roles):
        raise OfficeNeedsAddress


def check_review(review_on: date, today: date) -> None:
    """Within a year it is looked at again, or it would stay for ever."""
    if not today < review_on <= today + timedelta(days=366):
        raise Refusal("Choose a day within the next year to look at this again.", field="review_on")


def check_two_people(person_id: int, other_id: int | None) -> None:
    if person_id == other_id:
        raise Refusal("Choose somebody else: these two are one person.", field="other")


def may_open(viewer_id: int, restricted_to_id: int | None) -> bool:
    """Whether this member of the office may open a record, as `queries.seen_by` asks it."""
    return restricted_to_id in (None, viewer_id)


def public_name(name: str, shown_as: ShownAs) -> str | None:
    """The name that the public may read, or None."""
    if shown_as is ShownAs.FULL_NAME:
        return name
    return first_name(name) if shown_as is ShownAs.FIRST_NAME else None


def first_name(name: str) -> str:
    """As in: "Ada" of "Dr Ada Osei"."""
    words = name.split()
    without_title = [w for w in words if w.rstrip(".").casefold() not in TITLES]
    return (without_title or words)[0]


def address_key(email: str) -> str:
    """An e-mail address as it is compared: capitals make no difference, a plus does."""
    return cleaned(email).strip().casefold()


def is_office(roles: Collection[Role]) -> bool:
    return not OFFICE.isdisjoint(roles)


def pair_sees_needs(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the pair of a session may read what its students need, shared by consent."""
    return starts_at - NEEDS_FROM <= now <= ends_at + NEEDS_UNTIL


def pair_sees_names(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the pair of a session may read who its students are."""
    return starts_at - NAMES_FROM <= now <= ends_at + NAMES_UNTIL


def came_just_now(began_at: datetime, now: datetime) -> bool:
    """Whether signing in counts as proof for what must be proven anew."""
    return now < began_at + LINK_LIVES


def check_link(ends_at: datetime, used_at: datetime | None, now: datetime) -> None:
    if not is_good_link(ends_at, used_at, now):
        raise BadLink


def is_good_link(ends_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    return used_at is None and now < ends_at


def check_reachable(by: ContactBy | None, email: str, phone: str, address: str) -> None:
    """Who wants to hear from us in some way tells us where that reaches them."""
    if by is None:
        return
    field = REACHED_AT[by]
    if not {"email": email, "phone": phone, "address": address}[field].strip():
        asked = {"email": "your e-mail address", "phone": "a phone number", "address": "an address"}
        raise Refusal(f"To hear from us {by.label.lower()}, tell us {asked[field]}.", field=field)


def check_safe_hours(safe_from: time | None, safe_until: time | None) -> None:
    """Both or none, and not the same: then no message would ever leave."""
    if (safe_from is None) != (safe_until is None):
        raise Refusal(
            "Say both, from when and until when, or leave both empty.",
            field="safe_from" if safe_from is None else "safe_until",
        )
    if safe_from is not None and safe_from == safe_until:
        raise Refusal("Choose a later time, or leave both empty.", field="safe_until")


def or_usual(chosen: Invites | None) -> Invites:
    """Whoever has not said is invited as most are."""
    return chosen or Invites.WEEK


def reached_by(by: ContactBy | None, ways: Mapping[Channel, str]) -> Channel:
    """How a notice goes to somebody: as they wish, or in the first way that reaches them.

    `ways` is where each reaches them, if it does. Only who wishes a text has one.
    """
    first = WISHED.get(by, ()) if by else ()
    return next((way for way in (*first, *UNASKED) if ways.get(way, "").strip()), Channel.CALL)


def step_after(done: JoinStep, stands_at: JoinStep) -> JoinStep:
    """Where somebody comes back to: going back to a page that is done loses nothing."""
    order = list(JoinStep)
    return order[max(order.index(done) + 1, order.index(stands_at))]


def visit_lasts(roles: Collection[Role], *, own_device: bool) -> timedelta:
    """How long somebody stays signed in: those who see other people's records, a working day."""
    return LONGEST_VISIT if own_device and not roles else SHORT_VISIT
