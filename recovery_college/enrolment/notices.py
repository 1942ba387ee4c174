"""What students are told of their places: one function for each notice.

Discreet outside, clear inside. It goes the way each person wishes: who has no e-mail address
gets a letter that the office prints, or a call.
"""

from datetime import datetime, timedelta

from flask import current_app, render_template

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.offering import offer_key
from recovery_college.enrolment.rules import State, offers
from recovery_college.enrolment.rules.offers import By
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words

NEWS_FOR = timedelta(days=1)  # that a course has begun without somebody


def place_confirmed(enrolment: Enrolment, now: datetime) -> None:
    _say("place_confirmed", enrolment, now, sessions=queries.sessions_of(enrolment.run_id))


def request_waits(enrolment: Enrolment, now: datetime) -> None:
    """On the waiting list, or until lots are drawn."""
    stage = "early" if enrolment.lot is None else "drawn"
    _say("request_waits", enrolment, now, stage=stage, is_early=enrolment.lot is None)


def place_offered(enrolment: Enrolment, now: datetime) -> None:
    """Near the start the office calls; earlier it is a message, with a key to answer by."""
    key = offer_key(str(current_app.config["SECRET_KEY"]), enrolment.id)
    _say(
        "place_offered",
        enrolment,
        now,
        useless_at=enrolment.answer_by,
        address=f"{_site()}/offers/{key}",
        sessions=queries.sessions_of(enrolment.run_id),
    )


def offer_over(enrolment: Enrolment, now: datetime) -> None:
    _say("offer_over", enrolment, now)


def place_given_up(enrolment: Enrolment, before: State, now: datetime) -> None:
    _say("place_given_up", enrolment, now, before=before.value)


def course_began(enrolment: Enrolment, closed_at: datetime, now: datetime) -> None:
    """Without a place for them. Long after, it is no news any more."""
    if now - closed_at < NEWS_FOR:
        _say("course_began", enrolment, now, useless_at=closed_at + NEWS_FOR)


def run_cancelled(
    enrolment: Enrolment, began: datetime | None, first: Enrolment | None, now: datetime
) -> None:
    """`first` is their request for the next date, for which they are first in line."""
    _say("run_cancelled", enrolment, now, began=began, first=first)


def dates_changed(enrolment: Enrolment, now: datetime) -> None:
    """All its dates as they are now."""
    sessions = queries.sessions_of(enrolment.run_id)
    _say("dates_changed", enrolment, now, stage=f"{now.timestamp():.0f}", sessions=sessions)


def _say(
    notice: str,
    enrolment: Enrolment,
    now: datetime,
    *,
    stage: str = "",
    useless_at: datetime | None = None,
    **more: object,
) -> None:
    person = enrolment.person
    if person is None:
        return
    college = the_college()
    is_near = offers.is_near(enrolment.run.starts_at, now, college)
    to = _recipient(enrolment, person, is_near=is_near)
    body = render_template(
        f"messages/{notice}.txt",
        college=college,
        site=_site(),
        person=person,
        enrolment=enrolment,
        run=enrolment.run,
        course="your course" if person.neutral else enrolment.run.course.title,
        is_mail=to.channel is Channel.EMAIL,
        **more,
    )
    words = Words(college.short_name, body, MessageKind.NOTICE, useless_at)
    key = ":".join(filter(None, (notice, enrolment.uid, stage)))
    outbox.queue(to, words, key=key, thread=enrolment.thread, at=now)


def _recipient(enrolment: Enrolment, person: Person, *, is_near: bool) -> Recipient:
    """What would come too late by post is said by phone."""
    to = person.recipient
    late = is_near and to.channel is Channel.LETTER
    if person.phone and (late or enrolment.offered_by is By.CALL):
        return Recipient(Channel.CALL, person.phone, person.id)
    return to


def _site() -> str:
    return str(current_app.config["BASE_URL"])
