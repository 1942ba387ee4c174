"""A letter's bytes: its headers, the words twice, and the calendar's entry that it brings."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college import ical
from recovery_college.app import create_app
from recovery_college.messages.html import html_of
from recovery_college.messages.letters import Unwritable, letter
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Method
from tests.ical_examples import words
from tests.ical_judge import faults

NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
SENDER = "Harbour <college@example.org>"
APP = create_app({"COLLEGE_MAIL_SENDER": SENDER, "COLLEGE_BASE_URL": "https://college.example.org"})
STRICT = BytesParser(policy=policy.SMTP.clone(raise_on_defect=True))
HEADERS = {
    "Subject": "Harbour",
    "From": SENDER,
    "To": "a@example.org",
    "Date": "Tue, 01 Jun 2027 11:00:00 +0000",
    "Message-ID": "<7.1811847600@college.example.org>",
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
    "MIME-Version": "1.0",
}
BOUNDARY = b"=_alternative_e1fc92ed7b001d455b137c9b"
WORDS = b"""\
--%b\r
Content-Type: text/plain; charset="utf-8"\r
Content-Transfer-Encoding: quoted-printable\r
\r
Hello Zo=C3=AB\r
\r
--%b\r
Content-Type: text/html; charset="utf-8"\r
"""
HEX = "0f8b4d3a6c1e4f5a9b7d2e8c3a5f6b1d"
UID = f"{HEX}@college.example.org"
ENTRY = ical.Entry(
    uid=UID,
    summary="Harbour",
    description="Schlaf gut 😀 نوم هنيئا " + "é" * 200,
    location="Room 1",
    starts_at=NOON,
    ends_at=NOON + timedelta(hours=2),
    stamped_at=NOON - timedelta(days=9),
)


def message(
    subject: str = "Harbour", address: str = "a@example.org", body: str = "Hello Zoë\n"
) -> OutboxMessage:
    return OutboxMessage(id=7, subject=subject, address=address, body=body, queued_at=NOON)


def invite(method: Method, sequence: int, first: int = 0) -> OutboxMessage:
    written = ical.requested if method is Method.REQUEST else ical.cancelled
    organizer, attendee = (
        ical.Party("Harbour", parseaddr(SENDER)[1]),
        ical.Party("", "a@example.org"),
    )
    calendar = written(ENTRY, organizer=organizer, attendee=attendee).decode()
    made = message()
    made.uid, made.sequence, made.first_sequence = UID, sequence, first
    made.method, made.calendar = method, calendar
    return made


def written(sent: OutboxMessage) -> bytes:
    with APP.app_context():
        return letter(sent).as_bytes()


def read(sent: OutboxMessage) -> EmailMessage:
    made = STRICT.parsebytes(written(sent))
    assert isinstance(made, EmailMessage)
    return made


@pytest.fixture(params=["Europe/London", "Pacific/Auckland"])
def somewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("somewhere")
def test_a_letter_is_the_same_to_the_byte_wherever_it_is_sent_from() -> None:
    head, _, rest = written(message()).partition(b"\r\n\r\n")
    said = [f"{name}: {value}" for name, value in HEADERS.items()]
    said += ["Content-Type: multipart/alternative;", f' boundary="{BOUNDARY.decode()}"']
    assert head.decode().split("\r\n") == said
    assert rest.startswith(WORDS % (BOUNDARY, BOUNDARY))


def test_the_words_come_twice_the_better_form_last() -> None:
    made = read(message())
    text, html = made.iter_parts()
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "Hello Zoë\r\n")
    assert html.get_content_type() == "text/html"
    assert html.get_content().replace("\r\n", "\n") == html_of("Hello Zoë\n")


@pytest.mark.parametrize("method", Method)
def test_an_invite_is_asked_once_and_enclosed_once_with_the_same_bytes(method: Method) -> None:
    sent = invite(method, 3)
    made = read(sent)
    kinds = [part.get_content_type() for part in made.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    *_, asked, enclosed = made.walk()
    assert asked["Content-Type"].params == {"charset": "utf-8", "method": method.value}
    assert asked["Content-Disposition"] is None
    assert enclosed["Content-Type"].params == {"name": "invite.ics"}
    assert (enclosed.get_content_disposition(), enclosed.get_filename()) == (
        "attachment",
        "invite.ics",
    )
    assert {part["Content-Transfer-Encoding"] for part in (asked, enclosed)} == {"base64"}
    calendars = [part.get_payload(decode=True) for part in (asked, enclosed)]
    assert calendars == [str(sent.calendar).encode()] * 2
    assert faults(str(sent.calendar).encode(), method.value) == []


def test_it_is_from_whom_the_entry_says_and_to_whom_it_asks() -> None:
    made = read(invite(Method.REQUEST, 0))
    lines = str(invite(Method.REQUEST, 0).calendar).replace("\r\n ", "").split("\r\n")
    for header, prefix in (("From", "ORGANIZER"), ("To", "ATTENDEE")):
        [party] = [line for line in lines if line.startswith(prefix)]
        assert [each.addr_spec for each in made[header].addresses] == [
            party.partition("mailto:")[2]
        ]


def test_what_changes_an_entry_is_named_after_it_and_names_the_first() -> None:
    named = ("Message-ID", "In-Reply-To", "References")
    first, later = (read(invite(Method.REQUEST, number, first=2)) for number in (2, 5))
    assert [first[name] for name in named] == [f"<{HEX}.2@college.example.org>", None, None]
    begun = f"<{HEX}.2@college.example.org>"
    assert [later[name] for name in named] == [f"<{HEX}.5@college.example.org>", begun, begun]


@given(words, words, st.sampled_from([None, *Method]))
def test_whatever_is_written_makes_no_header_and_the_same_bytes_again(
    subject: str, body: str, method: Method | None
) -> None:
    sent = message() if method is None else invite(method, 0)
    sent.subject, sent.body = subject, body
    with suppress(Unwritable):  # half of a letter
        once = written(sent)
        assert once == written(sent)
        made = read(sent)
        head = [*HEADERS, "Content-Type"]
        assert sorted(made.keys()) == sorted(head)
        assert max(map(len, once.split(b"\r\n"))) <= 998
        assert b"\n" not in once.replace(b"\r\n", b"")
        text = next(part for part in made.walk() if part.get_content_type() == "text/plain")
        assert text.get_content().split() == body.split()


@given(st.from_regex(r"a@example\.org[\r\n,;<> ]{1,2}\S{0,9}@?[a-z\r\n]*", fullmatch=True))
def test_no_address_makes_a_header_or_a_second_reader(address: str) -> None:
    with suppress(Unwritable):
        made = read(message(address=address))
        assert sorted(made.keys()) == sorted([*HEADERS, "Content-Type"])
        assert len(made["To"].addresses) == 1


def test_a_line_without_end_and_a_name_with_breaks_are_folded() -> None:
    sent = message(subject="Harbour\r\nBcc: all@example.org " * 9, body="😀" * 5000 + "x" * 5000)
    made = read(sent)
    assert "Bcc" not in made
    assert max(map(len, written(sent).split(b"\r\n"))) <= 78
    text, html = made.iter_parts()
    assert text.get_content() == f"{sent.body}\r\n"
    assert sent.body in html.get_content()
