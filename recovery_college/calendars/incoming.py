"""What a mail says that came to the address which invites come from.

Strangers write it: nothing that is wrong with it is a fault, and of its words nothing is read but
a calendar's answer, or which message of ours came back.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses
from hashlib import sha256

from recovery_college.accounts.rules import address_key
from recovery_college.addresses import is_email
from recovery_college.calendars.rules import MailKind
from recovery_college.formatting import cleaned

log = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes; of what is larger only the head is read
LARGEST_HEAD = 64_000
LONGEST = 1_000  # letters of an address line, of a name or of an identity
SUBJECT = 100  # letters that are kept
HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
NAMED = re.compile(rb"(?im)^(?:message-id|from|date):.*(?:\n[ \t].*)*")
CALENDARS = frozenset({"text/calendar", "application/ics"})
ANSWERS = {
    "ACCEPTED": MailKind.ACCEPTED,
    "TENTATIVE": MailKind.TENTATIVE,
    "DECLINED": MailKind.DECLINED,
}
BY_ITSELF = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
TO_MANY = frozenset({"auto_reply", "bulk", "junk", "list"})
FOLD = re.compile(r"\r?\n[ \t]")
LINE = re.compile(r'([A-Za-z-]+)((?:;[^":]*(?:"[^"]*"[^":]*)*)?):(.*)')
QUOTED = re.compile(r'"[^"]*"')
PARTSTAT = re.compile(r"(?i);PARTSTAT=([a-z-]+)")
IN_AN_ENTRY = ["VCALENDAR", "VEVENT"]
Property = tuple[str, str, str]  # its name, its parameters and its value


@dataclass(frozen=True)
class Arrived:
    """One mail. `uid` and `sequence` are those of the entry that it answers.

    `returned` is the Message-ID of the mail that came back with it.
    """

    digest: str
    kind: MailKind = MailKind.UNKNOWN
    sender: str = ""
    subject: str = ""
    uid: str = ""
    sequence: int = 0
    returned: str = ""


def read(raw: bytes) -> Arrived:
    """Whatever it is: what can't be read at all says nothing."""
    head, body = _halves(raw)
    named = NAMED.findall(head) or [head]  # other lines are those of its way to us
    arrived = Arrived(sha256(b"\n".join([*named, body])).hexdigest())
    try:
        mail = message_from_bytes(head + b"\r\n\r\n" + body, policy=policy.compat32)
        known = replace(arrived, sender=_sender(mail), subject=_subject(mail))
        return _told(mail, known)
    except Exception as fault:  # Python's reader stumbles over some mails
        log.warning("a mail could not be read: %s", type(fault).__name__)
        return arrived


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    found = HEAD_ENDS.search(raw)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")
    is_large = len(raw) > LARGEST
    return head[:LARGEST_HEAD], b"" if is_large else body


def _told(mail: Message, known: Arrived) -> Arrived:
    """An answer that a person gave counts, though their calendar sent it by itself, as most do."""
    if mail.get_content_type() == "multipart/report":
        return _report(mail, known)
    for part in _parts(mail):
        if part.get_content_type() in CALENDARS:
            return _answer(part, known)
    return replace(known, kind=MailKind.OUT_OF_OFFICE) if _is_automatic(mail) else known


def _parts(mail: Message) -> Iterator[Message]:
    """Not those of a mail that it brings along: what stands there is somebody else's word."""
    if mail.get_content_maintype() == "message":
        return
    for part in _inside(mail) or [mail]:
        if part is mail:
            yield mail
        else:
            yield from _parts(part)


def _inside(mail: Message) -> list[Message]:
    within = mail.get_payload()
    return [part for part in within if isinstance(part, Message)] if mail.is_multipart() else []


def _answer(part: Message, known: Arrived) -> Arrived:
    said = list(_properties(_text(part)))
    method = _value(said, "METHOD") or str(part.get_param("method", ""))
    about = replace(known, uid=_value(said, "UID"), sequence=_number(_value(said, "SEQUENCE")))
    match method.upper():
        case "REPLY":
            kind = ANSWERS.get(_partstat(said, known.sender), MailKind.UNKNOWN)
            return replace(about, kind=kind)
        case "COUNTER":
            return replace(about, kind=MailKind.COUNTER)
    return about


def _properties(calendar: str) -> Iterator[Property]:
    """The calendar's own, and those of its first entry, but not of an alarm in it."""
    inside: list[str] = []
    for found in map(LINE.match, re.split(r"[\r\n]+", FOLD.sub("", calendar))):
        if found is None:
            continue
        name, value = found[1].upper(), found[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END":
            if inside == IN_AN_ENTRY:
                return
            del inside[-1:]
        elif inside in (IN_AN_ENTRY[:1], IN_AN_ENTRY):
            yield name, found[2], value


def _value(said: list[Property], name: str) -> str:
    return cleaned(next((value for each, _, value in said if each == name), ""))[:LONGEST]


def _number(said: str) -> int:
    return int(said) if re.fullmatch("[0-9]{1,9}", said) else 0


def _partstat(said: list[Property], sender: str) -> str:
    """What the sender answers; or, where their calendar knows them by another address, whoever."""
    answers = {
        address_key(value.lower().removeprefix("mailto:")): _stated(parameters)
        for name, parameters, value in said
        if name == "ATTENDEE"
    }
    one = next(iter(answers.values())) if len(answers) == 1 else ""
    return answers.get(sender, one)


def _stated(parameters: str) -> str:
    found = PARTSTAT.search(QUOTED.sub("", parameters))
    return found[1].upper() if found else ""


def _report(mail: Message, known: Arrived) -> Arrived:
    """What came back for good, with a status of 5 (RFC 3464); of any other report we need nothing.

    Part by part: in words, in statuses, and the mail that it is about, or its head.
    """
    is_final, returned = False, ""
    for part in _inside(mail):
        match part.get_content_type():
            case "message/delivery-status":
                is_final |= any(_status(each).startswith("5") for each in _inside(part))
            case "message/rfc822":
                returned = returned or _name(next(iter(_inside(part)), None))
            case "text/rfc822-headers":
                returned = returned or _name(HeaderParser().parsestr(_text(part)))
    if is_final:
        return replace(known, kind=MailKind.CAME_BACK, returned=returned)
    return replace(known, kind=MailKind.NOTE)


def _status(block: Message) -> str:
    return str(block.get("Status", "")).strip()


def _name(mail: Message | None) -> str:
    return "" if mail is None else str(mail.get("Message-ID", "")).strip()[:LONGEST]


def _is_automatic(mail: Message) -> bool:
    """As those say it that answer by themselves (RFC 3834), and those that don't keep to it."""
    stated = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    sent_to = str(mail.get("Precedence", "")).strip().lower()
    no_way_back = str(mail.get("Return-Path", "")).strip() == "<>"
    return stated != "no" or sent_to in TO_MANY or no_way_back or any(n in mail for n in BY_ITSELF)


def _sender(mail: Message) -> str:
    """Who says that they wrote it, as addresses are compared; "" if that is not one address."""
    lines = [str(line) for line in mail.get_all("From", [])]
    if len(lines) != 1 or len(lines[0]) > LONGEST:
        return ""
    found = [address for _, address in getaddresses(lines)]
    return address_key(found[0]) if len(found) == 1 and is_email(found[0]) else ""


def _subject(mail: Message) -> str:
    written = str(mail.get("Subject", ""))[:LONGEST]
    with suppress(MessageError, LookupError, ValueError):
        written = str(make_header(decode_header(written)))
    return " ".join(cleaned(written).split())[:SUBJECT]


def _text(part: Message) -> str:
    """All that is read of it is written in plain letters."""
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
