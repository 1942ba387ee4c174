"""What a message is, before any database."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"


class MessageKind(StrEnum):
    """A link to sign in is urgent, and secret; a notice can wait, and be read by the office."""

    SIGN_IN = "sign_in"
    NOTICE = "notice"


@dataclass(frozen=True)
class Recipient:
    channel: Channel
    address: str
    person_id: int | None


@dataclass(frozen=True)
class Words:
    """Finished: nothing is filled in later."""

    subject: str
    body: str
    kind: MessageKind = MessageKind.NOTICE
