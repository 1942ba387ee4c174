"""What other people's programs make of a calendar: two readers, and a store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from recovery_college.ical import Entry, PartStat, Party, cancelled, feed, requested
from tests import caldav_store
from tests.caldav_store import Store
from tests.ical_examples import (
    PIECES,
    SUNDAYS,
    WEEKLY,
    asked,
    expected,
    instant_of,
    parties,
    sessions,
    titles,
)
from tests.ical_judge import faults
from tests.ical_parsers import Faulty, IcalJs, PythonsIcal, Reading, heard_from
from tests.test_ical import ADA, ENTRY, INVITE, OFFICE, shown

Reader = IcalJs | PythonsIcal
EXAMPLES = 1000 if settings.get_current_profile_name() == "full" else 12  # of each kind


@pytest.fixture(scope="module")
def readers(chromium: Browser) -> Iterator[list[Reader]]:
    ical_js = IcalJs(chromium)
    yield [PythonsIcal(), ical_js]
    ical_js.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with caldav_store.running(tmp_path_factory.mktemp("store")) as address:
        yield address


@pytest.fixture
def store(site: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    with heard_from("radicale") as warnings:
        yield Store(site, request.node.name)
    assert warnings == []


def assert_all_read(readers: list[Reader], calendar: bytes, reading: Reading) -> None:
    assert faults(calendar, reading.method) == []
    for reader in readers:
        assert reader.read(calendar) == reading


@given(sessions, parties, parties)
@settings(max_examples=EXAMPLES)
def test_every_reader_reads_an_invite_as_it_was_meant(
    readers: list[Reader], entry: Entry, organizer: Party, attendee: Party
) -> None:
    invite = requested(entry, organizer=organizer, attendee=attendee)
    somebody = asked(attendee, "NEEDS-ACTION", "TRUE")
    reading = Reading("REQUEST", [expected(entry, organizer, somebody)])
    assert_all_read(readers, invite, reading)


@given(sessions, parties, parties, st.sampled_from(PartStat))
@settings(max_examples=EXAMPLES)
def test_every_reader_reads_a_change_that_keeps_the_answer(
    readers: list[Reader], entry: Entry, organizer: Party, attendee: Party, answer: PartStat
) -> None:
    change = requested(
        entry, organizer=organizer, attendee=attendee, asks_again=False, partstat=answer
    )
    somebody = asked(attendee, answer, "FALSE")
    reading = Reading("REQUEST", [expected(entry, organizer, somebody)])
    assert_all_read(readers, change, reading)


@given(sessions, parties, parties)
@settings(max_examples=EXAMPLES)
def test_every_reader_reads_a_cancellation(
    readers: list[Reader], entry: Entry, organizer: Party, attendee: Party
) -> None:
    somebody = asked(attendee, "NEEDS-ACTION", "FALSE")
    gone = expected(replace(entry, is_cancelled=True), organizer, somebody)
    assert_all_read(
        readers,
        cancelled(entry, organizer=organizer, attendee=attendee),
        Reading("CANCEL", [gone]),
    )


@given(st.lists(st.tuples(sessions, st.booleans()), max_size=5), titles, parties)
@settings(max_examples=EXAMPLES)
def test_every_reader_reads_a_feed(
    readers: list[Reader], drawn: list[tuple[Entry, bool]], name: str, organizer: Party
) -> None:
    several = [
        replace(entry, uid=f"{number}-{entry.uid}", is_cancelled=gone)
        for number, (entry, gone) in enumerate(drawn)
    ]
    reading = Reading("PUBLISH", [expected(entry, organizer) for entry in several])
    assert_all_read(readers, feed(several, name=name, organizer=organizer), reading)


FOLDED = b"UID:session-7@college.example\r\n"


@pytest.mark.parametrize(
    ("damage", "found_by"),
    [
        ((b"CALSCALE", b"X-COLLEGE:1\r\nCALSCALE"), []),
        ((b"VERSION:2.0\r\n", b"VERSION:2.0\n"), []),
        ((FOLDED, b"UID:session-7\r\n@college.example\r\n"), [PythonsIcal, IcalJs]),
        ((FOLDED, FOLDED + b"UID:other\r\n"), [PythonsIcal]),
        ((b"METHOD:REQUEST\r\n", b""), [PythonsIcal, IcalJs]),
        ((b"METHOD:REQUEST\r\n", b"METHOD:REQUEST\r\n" * 2), [PythonsIcal]),
        ((b"END:VEVENT\r\n", b""), [PythonsIcal, IcalJs]),
        ((b"END:VEVENT\r\nEND:VCALENDAR\r\n", b""), [PythonsIcal, IcalJs]),
        ((b"DTEND;TZID=Europe/London:2027", b"DTEND;TZID=Europe/London:27"), [PythonsIcal, IcalJs]),
        ((b"+0100\r\nDTSTART:1970", b"+0200\r\nDTSTART:1970"), [IcalJs]),
        ((b"\r\nATTENDEE", b"\r\nATTENDEE:mailto:bo@x.example\r\nATTENDEE"), [PythonsIcal, IcalJs]),
    ],
    ids=[
        "a property more",
        "a bare line feed",
        "a line that is cut and not folded",
        "two names of one event",
        "no method",
        "two methods",
        "an event without an end",
        "a calendar without an end",
        "a date that is none",
        "a summer two hours off",
        "two people asked",
    ],
)
def test_the_readers_find(
    readers: list[Reader], damage: tuple[bytes, bytes], found_by: list[type[Reader]]
) -> None:
    """And what they let through is why there is a strict one, which finds nearly all of these."""
    damaged = INVITE.replace(*damage)
    assert damaged != INVITE
    meant = readers[0].read(INVITE)
    assert [type(reader) for reader in readers if not reads(reader, damaged, meant)] == found_by


def reads(reader: Reader, calendar: bytes, meant: Reading) -> bool:
    try:
        return reader.read(calendar) == meant
    except Faulty:
        return False


def test_a_weekly_run_stays_at_ten_for_every_reader(readers: list[Reader]) -> None:
    calendar = shown(*WEEKLY)
    assert faults(calendar, "PUBLISH") == []
    for reader in readers:
        assert [
            (each.starts_on_the_clock, each.starts_at) for each in reader.read(calendar).sessions
        ] == [(f"{day}T10:00:00", int(instant_of(day).timestamp())) for day in SUNDAYS]


def test_a_weekly_run_stays_at_ten_in_a_store(store: Store) -> None:
    store.import_(shown(*WEEKLY))
    for day in (*SUNDAYS[2:5], *SUNDAYS[33:36]):
        starts = instant_of(day)
        (entry,) = store.starting(starts)
        assert f"UID:{day}@".encode() in entry
        assert store.starting(starts - timedelta(minutes=1)) == []
        assert store.starting(starts + timedelta(hours=2)) == []


def test_a_session_that_moved_twice_and_was_cancelled_is_one_cancelled_entry_in_a_store(
    store: Store, readers: list[Reader]
) -> None:
    changes = [changed(number) for number in range(4)]
    for entry in changes[:3]:
        store.receive(requested(entry, organizer=OFFICE, attendee=ADA))
        store.receive(requested(entry, organizer=OFFICE, attendee=ADA))
    store.receive(cancelled(changes[3], organizer=OFFICE, attendee=ADA))
    (kept,) = store.entries()
    somebody = asked(ADA, "NEEDS-ACTION", "FALSE")
    gone = expected(replace(changes[3], is_cancelled=True), OFFICE, somebody)
    assert [reader.read(kept).sessions for reader in readers] == [[gone], [gone]]


def changed(number: int) -> Entry:
    """A session after so many changes: two moves, and its end."""
    later = timedelta(days=min(number, 2))
    return replace(
        ENTRY,
        sequence=number,
        starts_at=ENTRY.starts_at + later,
        ends_at=ENTRY.ends_at + later,
        stamped_at=ENTRY.stamped_at + timedelta(hours=number),
    )


def test_a_store_keeps_a_feed_of_odd_words_as_it_was_meant(
    store: Store, readers: list[Reader]
) -> None:
    odd = [
        replace(ENTRY, uid=f"{number}@college.example", summary=piece * 40, location=f"a{piece}b")
        for number, piece in enumerate(PIECES)
    ]
    store.import_(shown(*odd))
    kept = store.entries()
    for reader in readers:
        read = [session for each in kept for session in reader.read(each).sessions]
        read.sort(key=lambda session: int(session.uid.split("@")[0]))
        assert read == [expected(entry, OFFICE) for entry in odd]
