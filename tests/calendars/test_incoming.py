"""Mails of every kind, and bytes that are none."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.calendars.incoming import LARGEST, Arrived, read
from recovery_college.calendars.rules import MailKind
from tests.calendars import mails

UID = "0123abcd@example.org"
A_MAIL = st.sampled_from(
    [
        *(mails.answered(program) for program in mails.PROGRAMS),
        mails.away(),
        mails.a_letter(),
        mails.came_back("<1.2@example.org>"),
    ]
)


def said(raw: bytes) -> Arrived:
    return replace(read(raw), digest="", subject="")


@pytest.mark.parametrize("program", mails.PROGRAMS)
@pytest.mark.parametrize(
    ("partstat", "kind"),
    [
        ("ACCEPTED", MailKind.ACCEPTED),
        ("TENTATIVE", MailKind.TENTATIVE),
        ("DECLINED", MailKind.DECLINED),
        ("DELEGATED", MailKind.UNKNOWN),
    ],
)
def test_an_answer_of_each_program_is_read(program: str, partstat: str, kind: MailKind) -> None:
    raw = mails.answered(program, partstat, uid=UID, sequence=3)
    whole = Arrived("", kind, sender=mails.ADA, uid=UID, sequence=3)
    assert said(raw) == whole
    assert said(raw.replace(b"\r\n", b"\n")) == whole
    assert said(b"From ada@example.org Mon May  3 09:01:02 2027\r\n" + raw) == whole


def test_of_several_who_were_asked_only_the_sender_answers() -> None:
    another = b"ATTENDEE;PARTSTAT=DECLINED:mailto:bo@example.org\r\nCLASS:PRIVATE"
    raw = mails.answered("Gmail", uid=UID).replace(b"CLASS:PRIVATE", another)
    assert read(raw).kind is MailKind.ACCEPTED
    assert read(raw.replace(b"Osei <ada@", b"Osei <cy@")).kind is MailKind.UNKNOWN


def test_an_answer_that_is_sent_on_is_nobodys() -> None:
    assert said(mails.forwarded(mails.answered(uid=UID))) == Arrived("", sender=mails.ADA)


def test_another_time_an_absence_and_a_letter_are_told_apart() -> None:
    assert said(mails.countered(UID)) == Arrived("", MailKind.COUNTER, mails.ADA, uid=UID)
    assert said(mails.away()) == Arrived("", MailKind.OUT_OF_OFFICE, mails.ADA)
    letter = read(mails.a_letter())
    assert letter.kind is MailKind.UNKNOWN
    assert (letter.sender, letter.subject) == ("jo@elsewhere.example", "Can I bring my d\u00f6g?")
    for line in (b"Precedence: bulk", b"X-Autoreply: yes", b"Return-Path: <>"):
        by_itself = line + b"\r\n" + mails.a_letter()
        assert read(by_itself).kind is MailKind.OUT_OF_OFFICE


@pytest.mark.parametrize("brought", ["message/rfc822", "text/rfc822-headers"])
def test_what_came_back_says_which_mail_it_was_and_answers_nothing(brought: str) -> None:
    raw = mails.came_back("<abc.0@example.org>", brought=brought)
    known = Arrived("", MailKind.CAME_BACK, "mailer-daemon@mail.example.org")
    assert said(raw) == replace(known, returned="<abc.0@example.org>")
    late = mails.came_back("<abc.0@example.org>", "4.4.1", brought)
    assert said(late) == replace(known, kind=MailKind.NOTE)


def test_a_mail_is_known_again_though_it_went_another_way() -> None:
    raw = mails.answered(uid=UID)
    assert read(b"Received: from elsewhere\r\n" + raw).digest == read(raw).digest
    assert read(mails.answered(uid=UID, mark="2")).digest != read(raw).digest
    assert read(mails.a_letter()).digest != read(mails.a_letter("2")).digest


def test_of_a_mail_that_is_too_large_only_its_head_is_read() -> None:
    raw = mails.answered(uid=UID)
    large = read(raw + b"x" * LARGEST)
    assert (large.kind, large.sender, large.uid) == (MailKind.UNKNOWN, mails.ADA, "")
    assert read(b"x" * 3 * LARGEST) == Arrived(read(b"x" * 3 * LARGEST).digest)


def test_who_hides_who_they_are_is_nobody() -> None:
    for sender in ("ada@example.org, bo@example.org", "x" * 2_000 + "@example.org", "ada", "\x00"):
        assert read(mails.answered(sender=sender)).sender == ""
    twice = b"From: bo@example.org\r\n" + mails.answered()
    assert read(twice).sender == ""


def test_what_the_database_can_not_keep_is_not_handed_on() -> None:
    raw = mails.answered(
        "Thunderbird", uid="u\x00\ud800v".encode("utf-8", "surrogatepass").decode("latin-1")
    )
    for part in (read(raw).uid, read(raw.replace(b"Subject: ", b"Subject: \x00\xff")).subject):
        assert part.isprintable()
        assert part.encode()


@given(st.binary(max_size=3_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert len(read(raw).digest) == 64


@given(A_MAIL, st.integers(0, 2**32), st.lists(st.binary(max_size=12), max_size=8))
def test_a_mail_that_was_damaged_on_its_way_is_a_mail(
    raw: bytes, seed: int, damage: list[bytes]
) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same every time
    for each in damage:
        at = chance.randrange(len(raw))
        raw = raw[:at] + each + raw[at + chance.randrange(30) :]
    arrived = read(raw)
    for part in (arrived.uid, arrived.sender, arrived.subject):
        assert "\x00" not in part
        assert part.encode() is not None
