"""What tutors are told: one function for each notice. Discreet outside, clear inside.

Who has no e-mail address is phoned: the session's page says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import current_app, render_template

from recovery_college.accounts.models import Person
from recovery_college.clock import in_london
from recovery_college.college.queries import the_college
from recovery_college.keys import our_secret
from recovery_college.messages import outbox
from recovery_college.messages.rules import TOGETHER, Channel, MessageKind, Recipient, Words
from recovery_college.scheduling import news
from recovery_college.scheduling.answering import answer_key
from recovery_college.scheduling.models import Delivery, ProposedSlot, Session, TimeProposal
from recovery_college.tutors.models import Tutor


def asked(tutor: Tutor, deliveries: Sequence[Delivery], now: datetime) -> None:
    """To take a side of these sessions, which are all of one run."""
    first = deliveries[0]
    secret = our_secret()
    key = answer_key(secret, tutor.id, first.session.run_id)
    words = _words(
        "tutor_asked",
        tutor,
        deliveries=deliveries,
        run=first.session.run,
        by=max(each.answer_by for each in deliveries if each.answer_by),
        address=f"{_site()}/tutor/answer/{key}",
    )
    _say(tutor, words, f"tutor_asked:{first.id}:{now.timestamp():.0f}", now)


def cover_asked(delivery: Delivery, now: datetime) -> None:
    """Somebody is needed on their side: the first to say yes has it."""
    secret, session = our_secret(), delivery.session
    key = answer_key(secret, delivery.tutor_id, session.run_id)
    address = f"{_site()}/tutor/answer/{key}"
    words = _words(
        "tutor_cover", delivery.tutor, session=session, by=delivery.answer_by, address=address
    )
    _say(delivery.tutor, _in_time(words, session, now), f"tutor_cover:{delivery.id}", now)


def cover_taken(delivery: Delivery, now: datetime) -> None:
    """Somebody else was first."""
    _of_one("tutor_covered", delivery, delivery.session, now)


def stood_down(delivery: Delivery, now: datetime) -> None:
    """The office needs them there no more."""
    _of_what_is_off(news.STOOD_DOWN, delivery, delivery.session, now)


def pair_found(delivery: Delivery, now: datetime) -> None:
    """To whoever was confirmed before: the other half is there."""
    _of_one("tutor_paired", delivery, delivery.session, now)


def pair_lost(delivery: Delivery, now: datetime) -> None:
    """To whoever stays: the other half is open again, and the office is looking."""
    _of_one("tutor_half", delivery, delivery.session, now)


def session_moved(session: Session, now: datetime) -> None:
    """To everybody who has said yes, or has yet to answer.

    It waits for further changes, and for the calendar's entry that says the same.
    """
    for delivery in session.standing:
        _take_back_moved(delivery)
        words = _words(news.MOVED, delivery.tutor, session=session)
        key = f"{news.key_beginning(news.MOVED, delivery.id)}{now.timestamp():.6f}"
        _say(delivery.tutor, replace(words, waits_until=now + TOGETHER), key, now)


def times_proposed(delivery: Delivery, proposal: TimeProposal, now: datetime) -> None:
    """To another of those who teach it: they pick one, or say that none suits."""
    words = _words("tutor_times", delivery.tutor, session=proposal.session, slots=proposal.slots)
    _say(delivery.tutor, words, f"tutor_times:{proposal.id}:{delivery.id}", now)


def time_picked(proposal: TimeProposal, slot: ProposedSlot, now: datetime) -> None:
    """To whoever proposed it: what is in the prospectus moves when the office says so."""
    words = _words("tutor_picked", proposal.made_by, session=proposal.session, slot=slot)
    _say(proposal.made_by, words, f"tutor_picked:{proposal.id}", now)


def times_dropped(delivery: Delivery, now: datetime) -> None:
    """It stays where it was; a meeting that was only proposed is none."""
    _of_one("tutor_stays", delivery, delivery.session, now)


def meeting_called_off(meeting: Session, actor: Person, now: datetime) -> None:
    """To the others who would have come."""
    for delivery in meeting.standing:
        if delivery.tutor.person_id != actor.id:
            _of_what_is_off(news.MEETING_OFF, delivery, meeting, now)


def session_cancelled(session: Session, now: datetime) -> None:
    for delivery in session.standing:
        _of_what_is_off(news.CANCELLED, delivery, session, now)


def _of_what_is_off(notice: str, delivery: Delivery, session: Session, now: datetime) -> None:
    """When it would have been is no news any more."""
    _take_back_moved(delivery)
    _of_one(notice, delivery, session, now)


def _take_back_moved(delivery: Delivery) -> None:
    moved = news.key_beginning(news.MOVED, delivery.id)
    outbox.take_back(news.thread_of(delivery.tutor), moved)


def _of_one(notice: str, delivery: Delivery, session: Session, now: datetime) -> None:
    words = _words(notice, delivery.tutor, session=session)
    key = f"{news.key_beginning(notice, delivery.id)}{now.timestamp():.0f}"
    _say(delivery.tutor, _in_time(words, session, now), key, now)


def _in_time(words: Words, session: Session, now: datetime) -> Words:
    """What is for today does not wait for the end of the quiet hours."""
    is_urgent = session.day == in_london(now).date() and the_college().urgent_past_quiet
    return replace(words, kind=MessageKind.TODAY) if is_urgent else words


def _words(notice: str, tutor: Tutor, **more: object) -> Words:
    college, person = the_college(), tutor.person
    body = render_template(
        f"messages/{notice}.txt", college=college, site=_site(), person=person, **more
    )
    return Words(college.short_name, body, MessageKind.NOTICE)


def _say(tutor: Tutor, words: Words, key: str, now: datetime) -> None:
    person = tutor.person
    if person.email:
        to = Recipient(Channel.EMAIL, person.email, person.id)
        thread = news.thread_of(tutor)
        if words.kind is MessageKind.TODAY:
            thread += ":today"  # or it would wait for what waits
        outbox.queue(to, words, key=key, thread=thread, at=now)


def _site() -> str:
    return str(current_app.config["BASE_URL"])
