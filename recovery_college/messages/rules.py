"""What a message is, when it is tried again, and when somebody must look."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College

SMTP_WAITS = timedelta(seconds=30)  # for any answer of the mail server
DELIVERY_TAKES = timedelta(seconds=90)  # at most, all its answers together
LEASE = timedelta(minutes=3)  # longer than a delivery and its last answer
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(hours=72)
SCATTER = 0x9E3779B1 / 2**32  # the golden section, whose multiples lie evenly between 0 and 1


class Channel(StrEnum):
    """How a message leaves the house. Mail goes by itself; the office prints letters, and calls."""

    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"

    @property
    def label(self) -> str:
        return CHANNELS[self]


CHANNELS = {
    Channel.EMAIL: "By e-mail",
    Channel.LETTER: "A letter to print",
    Channel.CALL: "A call to make",
}
BY_HAND = frozenset({Channel.LETTER, Channel.CALL})


class MessageKind(StrEnum):
    """A link to sign in is urgent, and secret; a notice can wait, and be read by the office.

    The last words to somebody who was erased are forgotten with their address once sent.
    """

    SIGN_IN = "sign_in"
    NOTICE = "notice"
    GOODBYE = "goodbye"


CAN_WAIT = frozenset({MessageKind.NOTICE})
URGENT = frozenset(MessageKind) - CAN_WAIT


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

    @property
    def label(self) -> str:
        return TROUBLES[self]


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
FOR_GOOD = {Trouble.ADDRESS_REFUSED, Trouble.REFUSED, Trouble.UNWRITABLE}
FOR_ALL = {Trouble.AWAY, Trouble.NOT_LET_IN}  # the next message would hear the same


@dataclass(frozen=True)
class Recipient:
    """Where it goes; `person_id` is whom it is for, if the college knows them."""

    channel: Channel
    address: str
    person_id: int | None


@dataclass(frozen=True)
class Words:
    """Finished: nothing is filled in later. From `useless_at` on they are not sent any more."""

    subject: str
    body: str
    kind: MessageKind = MessageKind.NOTICE
    useless_at: datetime | None = None


def pause_after(tries: int, message_id: int) -> timedelta:
    """1, 2, 4, 8 and then 15 minutes, or up to a quarter less.

    By the message's id, so that not all that failed together is tried together again.
    """
    longest = min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)
    return longest * (1 - message_id * SCATTER % 1 / 4)


def is_hopeless(trouble: Trouble, queued_at: datetime, now: datetime) -> bool:
    """Whether somebody must look, instead of trying again."""
    return trouble in FOR_GOOD or now - queued_at >= GIVEN_UP_AFTER


def is_useless(useless_at: datetime | None, now: datetime) -> bool:
    return useless_at is not None and useless_at <= now


def not_before(kind: MessageKind, now: datetime, college: College) -> datetime:
    """What can wait is not sent in the quiet hours, by the college's wall clock."""
    local = in_london(now)
    if kind is MessageKind.SIGN_IN or not _is_quiet(local.time(), college):
        return now
    day = local.date() + timedelta(days=local.time() >= college.quiet_until)
    return london_instant(day, college.quiet_until)


def not_older_than(now: datetime, college: College) -> datetime | None:
    """In the quiet hours nothing goes that waited when they began, only what was meant for them."""
    local = in_london(now)
    if not _is_quiet(local.time(), college):
        return None
    began = datetime.combine(local.date(), college.quiet_from, local.tzinfo)
    return began if began <= local else began - timedelta(days=1)


def _is_quiet(at: time, college: College) -> bool:
    """The quiet hours may go past midnight; of no length, there are none."""
    if college.quiet_from <= college.quiet_until:
        return college.quiet_from <= at < college.quiet_until
    return at >= college.quiet_from or at < college.quiet_until
