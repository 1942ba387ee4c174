"""What students are asked when a run is over."""

from datetime import datetime

from flask import current_app, render_template

from recovery_college.accounts.reaching import recipient_of
from recovery_college.attendance.rules.feedback import HOW_WAS_IT, USELESS_AFTER, questions_of
from recovery_college.calendars.invites import title_for
from recovery_college.college.queries import the_college
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, Words
from recovery_college.scheduling.models import Run


def how_was_it(enrolment: Enrolment, run: Run, key: str, now: datetime) -> None:
    """Once, and nobody is reminded. Nobody is called for it either: there is paper in the room."""
    person, college = enrolment.person, the_college()
    if person is None or run.ends_at is None:
        return
    to = recipient_of(person)
    if to.channel is Channel.CALL:
        return
    site = str(current_app.config["BASE_URL"])
    folder = "messages/texts" if to.channel is Channel.TEXT else "messages"
    body = render_template(
        f"{folder}/{HOW_WAS_IT}.txt",
        college=college,
        person=person,
        run=run,
        course=title_for(person, run.course.title),
        questions=questions_of(college),
        is_mail=to.channel is Channel.EMAIL,
        address=f"{site}/feedback/{key}",
    )
    words = Words(college.short_name, body, useless_at=run.ends_at + USELESS_AFTER)
    thread = f"{enrolment.thread}:{HOW_WAS_IT}"
    outbox.queue(to, words, key=f"{HOW_WAS_IT}:{enrolment.uid}", thread=thread, at=now)
