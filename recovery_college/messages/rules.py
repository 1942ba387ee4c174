"""What a message is, when it is tried again, and when somebody must look."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College

TEXTS_WAIT = timedelta(seconds=15)  # to reach the text service, and for its answer
SMTP_WAITS = timedelta(seconds=30)  # for any answer of the mail server
DELIVERY_TAKES = timedelta(seconds=90)  # at most, all its answers together
LEASE = timedelta(minutes=3)  # longer than a delivery and its last answer
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
TOGETHER = timedelta(minutes=5)  # several changes within it are one message
GIVEN_UP_AFTER = timedelta(hours=72)
BEFORE_QUIET = timedelta(hours=1)
SCATTER = 0x9E3779B1 / 2**32  # the golden section, whose multiples lie evenly between 0 and 1


class Channel(StrEnum):
    """How a message leaves the house. Mail and texts go by themselves; the office prints letters,
    and calls.
    """

    EMAIL = "email"
    TEXT = "text"
    LETTER = "letter"
    CALL = "call"

    @property
    def label(self) -> str:
        return CHANNELS[self]


CHANNELS = {
    Channel.EMAIL: "By e-mail",
    Channel.TEXT: "By text",
    Channel.LETTER: "A letter to print",
    Channel.CALL: "A call to make",
}
BY_HAND = frozenset({Channel.LETTER, Channel.CALL})
BY_ITSELF = frozenset(Channel) - BY_HAND
OTHERWISE = ":otherwise:"  # in the key of what goes another way, after that of the first


class MessageKind(StrEnum):
    """A link to sign in is urgent, and secret; a notice can wait, and be read by the office.

    What is not happening today goes past the quiet hours. The last words to somebody who was
    erased are forgotten with their address once sent.
    """

    SIGN_IN = "sign_in"
    NOTICE = "notice"
    TODAY = "today"
    GOODBYE = "goodbye"


CAN_WAIT = frozenset({MessageKind.NOTICE})
URGENT = frozenset(MessageKind) - CAN_WAIT
READABLE = frozenset({MessageKind.NOTICE, MessageKind.TODAY})


class Method(StrEnum):
    """What an entry in a message asks of the calendar that it comes to (RFC 5546, 3.2)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class MessageState(StrEnum):
    """Only `waiting` is tried by itself."""

    WAITING = "waiting"
    SENT = "sent"
    NEEDS_SOMEBODY = "needs_somebody"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return STATES[self]


STATES = {
    MessageState.WAITING: "Waiting",
    MessageState.SENT: "Sent",
    MessageState.NEEDS_SOMEBODY: "Needs somebody",
    MessageState.DROPPED: "Not sent any more",
}


class Trouble(StrEnum):
    """Why the last try failed, in our words: a server's own may name people."""

    NO_SERVER = "no_server"
    AWAY = "away"
    NOT_LET_IN = "not_let_in"
    BUSY = "busy"
    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    UNWRITABLE = "unwritable"
    OUR_FAULT = "our_fault"

    def said(self, channel: Channel) -> str:
        return (TEXT_TROUBLES if channel is Channel.TEXT else TROUBLES)[self]


TROUBLES = {
    Trouble.NO_SERVER: "Not sent: no mail server is set up.",
    Trouble.AWAY: "The mail server did not answer.",
    Trouble.NOT_LET_IN: "The mail server did not let us in. Its settings here need a look.",
    Trouble.BUSY: "The mail server asked us to try again later.",
    Trouble.ADDRESS_REFUSED: "The mail server does not take mail for this address.",
    Trouble.REFUSED: "The mail server did not take the message.",
    Trouble.UNWRITABLE: "This address or these words can't be written as an e-mail.",
    Trouble.OUR_FAULT: "Something went wrong on our side.",
}
TEXT_TROUBLES = TROUBLES | {
    Trouble.NO_SERVER: "Not sent: texts are not set up.",
    Trouble.AWAY: "The text service did not answer.",
    Trouble.NOT_LET_IN: "The text service did not let us in. Its settings here need a look.",
    Trouble.BUSY: "The text service asked us to try again later.",
    Trouble.ADDRESS_REFUSED: "The text service does not take this number.",
    Trouble.REFUSED: "The text service did not take the message.",
    Trouble.UNWRITABLE: "These words are too long for a text.",
}
FOR_GOOD = {Trouble.ADDRESS_REFUSED, Trouble.REFUSED, Trouble.UNWRITABLE}
FOR_ALL = {Trouble.AWAY, Trouble.NOT_LET_IN}  # the next of its channel would hear the same


@dataclass(frozen=True)
class Hours:
    """The hours of a day on the college's wall clock, perhaps past midnight; of no length, none."""

    begin: time
    end: time

    def hold(self, at: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True)
class Recipient:
    """Where it goes; `person_id` is whom it is for, if the college knows them.

    `safe` are the hours in which it is safe for them to hear from the college; None is always.
    """

    channel: Channel
    address: str
    person_id: int | None
    safe: Hours | None = None


@dataclass(frozen=True)
class Invite:
    """A calendar's entry as finished bytes in text; `first` is the first sequence that was sent.

    Those of one `uid` reach a calendar in the order of their `sequence`.
    """

    uid: str
    sequence: int
    first: int
    method: Method
    calendar: str


@dataclass(frozen=True)
class Words:
    """Finished: nothing is filled in later. From `useless_at` on they are not sent any more.

    They wait until `waits_until`, in which time something newer may take their place.
    """

    subject: str
    body: str
    kind: MessageKind = MessageKind.NOTICE
    useless_at: datetime | None = None
    waits_until: datetime | None = None
    invite: Invite | None = None


def fitting(channel: Channel) -> frozenset[Channel]:
    """By which the words of this one may go too: a text has words of its own, and few."""
    if channel is Channel.TEXT:
        return frozenset({Channel.CALL})
    return frozenset(Channel) - {Channel.TEXT}


def pause_after(tries: int, message_id: int) -> timedelta:
    """1, 2, 4, 8 and then 15 minutes, or up to a quarter less.

    By the message's id, so that not all that failed together is tried together again.
    """
    longest = min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)
    return longest * (1 - message_id * SCATTER % 1 / 4)


def first_due(due_at: datetime, tries: int, message_id: int) -> datetime:
    """When one that failed so often, and is tried again then, was to go at first."""
    return due_at - sum((pause_after(n + 1, message_id) for n in range(tries)), timedelta())


def is_hopeless(trouble: Trouble, queued_at: datetime, now: datetime) -> bool:
    """Whether somebody must look, instead of trying again."""
    return trouble in FOR_GOOD or now - queued_at >= GIVEN_UP_AFTER


def is_useless(useless_at: datetime | None, now: datetime) -> bool:
    return useless_at is not None and useless_at <= now


def not_before(
    kind: MessageKind, now: datetime, college: College, safe: Hours | None = None
) -> datetime:
    """What can wait is not sent in the quiet hours, and nothing but a link outside of safe ones."""
    if kind is MessageKind.SIGN_IN:
        return now
    at = now if kind is MessageKind.TODAY else _after(_quiet(college), now)
    if safe is None or safe.begin == safe.end or safe.hold(in_london(at).time()):
        return at
    safe_at = _at_next(safe.begin, at)
    return safe_at if kind is MessageKind.TODAY else _after(_quiet(college), safe_at)


def not_older_than(now: datetime, college: College) -> datetime | None:
    """In the quiet hours nothing goes that waited when they began, only what was meant for them."""
    local = in_london(now)
    if not _quiet(college).hold(local.time()):
        return None
    began = datetime.combine(local.date(), college.quiet_from, local.tzinfo)
    return began if began <= local else began - timedelta(days=1)


def before_quiet(at: datetime, college: College) -> datetime:
    """Then, or while people are still up, for what would come too late after the quiet hours."""
    began = not_older_than(at, college)
    return at if began is None else began - BEFORE_QUIET


def _quiet(college: College) -> Hours:
    return Hours(college.quiet_from, college.quiet_until)


def _after(hours: Hours, now: datetime) -> datetime:
    """Now, or when these hours end, if they are now."""
    return _at_next(hours.end, now) if hours.hold(in_london(now).time()) else now


def _at_next(at: time, now: datetime) -> datetime:
    """When the clock next shows it."""
    local = in_london(now)
    return london_instant(local.date() + timedelta(days=local.time() >= at), at)
