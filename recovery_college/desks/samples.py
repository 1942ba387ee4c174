"""An invented student and an invented course, of which the office reads what the college writes.

They are in memory only. Each file in `templates/messages/` has its line here, with what it asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import current_app

from recovery_college.accounts.models import OneTimeLink, Person
from recovery_college.attendance.rules.feedback import HOW_WAS_IT, questions_of
from recovery_college.calendars.invites import new_uid, place_of, title_for
from recovery_college.calendars.models import Entry
from recovery_college.clock import in_london
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Course
from recovery_college.desks.items import Item, Section
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.ical import PartStat
from recovery_college.messages.rules import Channel
from recovery_college.scheduling.models import (
    Delivery,
    ProposedSlot,
    Room,
    Run,
    Session,
    Term,
    Venue,
)
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.scheduling.rules.timetable import weekly_series

TITLE = "Sleeping well"
SESSIONS = 3
EVERY_WAY = tuple(Channel)
AT_ONCE = (Channel.EMAIL, Channel.TEXT, Channel.CALL)
BY_MAIL = (Channel.EMAIL,)
NOT_BY_PHONE = (Channel.EMAIL, Channel.TEXT, Channel.LETTER)
BY_PHONE = (Channel.CALL,)


@dataclass(frozen=True)
class Notice:
    """One file of `templates/messages/`: what it is about, and the ways in which it goes."""

    heading: str
    ways: tuple[Channel, ...]


def _notices(to: str, ways: tuple[Channel, ...], headings: Mapping[str, str]) -> dict[str, Notice]:
    return {name: Notice(f"{to}: {heading}", ways) for name, heading in headings.items()}


NOTICES: Mapping[str, Notice] = {
    **_notices(
        "To students",
        EVERY_WAY,
        {
            "place_confirmed": "a place is theirs",
            "request_waits": "they wait",
            "place_offered": "a place is offered",
            "offer_ends": "an offer ends soon",
            "offer_over": "an offer is over",
            "place_given_up": "a place is given up",
            "course_begins": "a course begins soon",
            "session_tomorrow": "a session is tomorrow",
            "course_began": "a course began without them",
            "run_cancelled": "a run is called off",
            "dates_changed": "dates have changed",
            "cannot_come": "their calendar says that they can\u2019t come",
            "need_settled": "how what helps them was settled",
        },
    ),
    **_notices("To students", AT_ONCE, {"not_today": "what is not happening today"}),
    **_notices(
        "To students", EVERY_WAY, {"checking_ok": "whether they are OK, when we did not hear"}
    ),
    **_notices("To students", EVERY_WAY, {"certificate_made": "their certificate is made"}),
    **_notices("To students", BY_PHONE, {"checking_call": "the same, by the office on the phone"}),
    **_notices("To students", NOT_BY_PHONE, {HOW_WAS_IT: "how it was, when a course is over"}),
    **_notices("To students", BY_MAIL, {"calendar_entry": "for their calendar alone"}),
    **_notices(
        "To tutors",
        BY_MAIL,
        {
            "tutor_asked": "asked to teach",
            "tutor_cover": "asked to cover",
            "tutor_covered": "somebody else covers",
            "tutor_paired": "their co-tutor is found",
            "tutor_half": "their co-tutor steps back",
            "tutor_stood_down": "not needed any more",
            "tutor_moved": "a session has moved",
            "tutor_cancelled": "a session is called off",
            "tutor_times": "other times are proposed",
            "tutor_picked": "a time is picked",
            "tutor_stays": "it stays as it was",
            "tutor_meeting_off": "a meeting is called off",
            "tutor_month_opened": "a month is open again",
            "tutor_calendar": "for their calendar alone",
        },
    ),
    **_notices(
        "To anybody",
        BY_MAIL,
        {
            "sign_in_link": "a link to sign in",
            "prove_address": "a link to prove an address",
            "address_changed": "another address",
            "address_dropped": "no address any more",
            "password_changed": "another password",
            "password_throttled": "too many wrong passwords",
            "second_factor_added": "a second step is added",
            "second_factor_removed": "a second step is taken away",
            "second_factor_reset": "the second step is reset",
            "second_factor_throttled": "too many wrong codes",
            "paper_codes_made": "codes on paper are made",
            "paper_code_used": "a code on paper is used",
            "sign_on_linked": "an organisation signs them in",
            "sign_on_unlinked": "an organisation signs them in no more",
            "record_ends": "their record ends soon",
            "goodbye": "their record is gone",
            "taken_back": "out of their calendar, as their record goes",
        },
    ),
    **_notices("To the office", BY_MAIL, {"office_digest": "each morning"}),
}


@dataclass(frozen=True)
class Date:
    """A session as a list of dates has it: see `enrolment.queries.sessions_of`."""

    starts_at: datetime
    ends_at: datetime
    room: str = "Blue Room"
    venue: str = "Quay House"
    online: bool = False


@dataclass(frozen=True)
class Sample:
    """Somebody invented, the invented course that they come to, and how it stands in a calendar."""

    person: Person
    run: Run
    sessions: list[Session]
    place: Enrolment
    offer: Enrolment
    entry: Entry

    @property
    def dates(self) -> list[Date]:
        return [Date(each.starts_at, each.ends_at) for each in self.sessions]

    @property
    def first(self) -> Session:
        return self.sessions[0]


def made_up(person: Person, now: datetime, title: str = TITLE) -> Sample:
    """It begins in two weeks, at 10am."""
    room = Room(name=Date.room, venue=Venue(name=Date.venue, online=Date.online))
    run = Run(course=Course(title=title), term=Term(enrolment_opens_at=now + timedelta(days=3)))
    day = in_london(now).date() + timedelta(weeks=2)
    for number, span in enumerate(weekly_series(day, time(10), time(12), count=SESSIONS), 1):
        Session(
            run=run,
            number=number,
            kind=SessionKind.TEACHING,
            state=SessionState.PLANNED,
            live=True,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            room=room,
            link="",
        )
    run.starts_at, run.id = run.sessions[0].starts_at, 0
    entry = _entry(person, run.sessions[0], now)
    place = Enrolment(id=0, person=person, run=run, state=State.CONFIRMED, with_supporter=False)
    offer = Enrolment(id=0, person=person, run=run, state=State.OFFERED, with_supporter=False)
    offer.answer_by = now + timedelta(days=2)
    return Sample(person, run, list(run.sessions), place, offer, entry)


def asked_by(name: str, sample: Sample, now: datetime) -> Mapping[str, object]:
    """What the template of this name asks beside the person, the course and the college."""
    all_of_them = _of_places(sample) | _of_tutors(sample, now) | _of_accounts(sample, now)
    return all_of_them.get(name, {"session": sample.first})


def _of_places(sample: Sample) -> dict[str, Mapping[str, object]]:
    sessions: Mapping[str, object] = {"sessions": sample.dates}
    offered = {**sessions, "enrolment": sample.offer, "address": f"{_site()}/offers/sample"}
    return {
        "place_confirmed": sessions,
        "request_waits": {"is_early": False},
        "place_offered": offered,
        "offer_ends": offered,
        "place_given_up": {"before": State.CONFIRMED.value},
        "course_begins": {**sessions, "address": ""},
        "session_tomorrow": {
            "sessions": sample.dates[:1],
            "address": f"{_site()}/cannot-come/sample",
        },
        "run_cancelled": {"began": sample.run.starts_at, "first": None},
        "dates_changed": sessions,
        "not_today": {
            "off": sample.first,
            "sessions": sample.dates[1:],
            "address": f"{_site()}/heard/sample",
        },
        "cannot_come": {"starts_at": sample.first.starts_at},
        HOW_WAS_IT: {
            "address": f"{_site()}/feedback/sample",
            "questions": questions_of(the_college()),
        },
        "calendar_entry": {"entry": sample.entry},
        "need_settled": {"settled": Settled.ARRANGED, "how": "A seat near the door is yours."},
    }


def _of_tutors(sample: Sample, now: datetime) -> dict[str, Mapping[str, object]]:
    delivery = Delivery(session=sample.first, state=DeliveryState.ASKED, shadowing=False)
    later = timedelta(days=1)
    slots = [
        ProposedSlot(starts_at=each.starts_at + later, ends_at=each.ends_at + later, room=each.room)
        for each in sample.sessions
    ]
    question = {"address": f"{_site()}/tutor/answer/sample", "by": now + timedelta(days=5)}
    session = {"session": sample.first}
    return {
        "tutor_asked": {**question, "deliveries": [delivery]},
        "tutor_cover": {**question, **session},
        "tutor_times": {**session, "slots": slots},
        "tutor_picked": {**session, "slot": slots[0]},
        "tutor_calendar": {
            "entry": sample.entry,
            "title": title_for(sample.person, sample.run.course.title),
            "beside": [] if sample.person.neutral else ["You teach it with Bo Sample."],
            "address": f"{_site()}/tutor",
        },
        "tutor_month_opened": {"month": f"{now:%B %Y}", "address": f"{_site()}/tutor/hours"},
    }


def _of_accounts(sample: Sample, now: datetime) -> dict[str, Mapping[str, object]]:
    ends_at = now + timedelta(minutes=15)
    link = OneTimeLink(person=sample.person, ends_at=ends_at)
    asked = {"link": link, "address": f"{_site()}/sign-in/link/sample", "mine": True}
    item = Item(f"{sample.run.course.title}, tomorrow", "Needs a peer tutor.", "/office", "Find")
    late = Section("late", "Pair-by dates that have passed", "date", "dates", 2, [item])
    return {
        "sign_in_link": asked,
        "prove_address": asked,
        "record_ends": {"ends_at": now + timedelta(days=30)},
        "office_digest": {"sections": [late]},
    }


def _entry(person: Person, session: Session, now: datetime) -> Entry:
    """A place that has been told of before: it has changed."""
    return Entry(
        uid=new_uid("sample"),
        person=person,
        mailed_to=person.email,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        link=session.link,
        made_at=now,
        stamped_at=now.replace(microsecond=0),
        sequence=1,
        first_sequence=0,
        asks_again=True,
        answer=PartStat.NEEDS_ACTION,
    )


def _site() -> str:
    return str(current_app.config["BASE_URL"])
