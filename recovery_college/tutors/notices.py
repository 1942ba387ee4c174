"""What tutors are told of their hours. Discreet outside, clear inside."""

from datetime import date, datetime

from flask import current_app, render_template

from recovery_college.college.queries import the_college
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.rules.hours import in_address


def month_opened(tutor: Tutor, month: date, now: datetime) -> None:
    """A month that they had confirmed is theirs to change again. Nobody without e-mail is told:

    the page says it, and the office rings.
    """
    person, college = tutor.person, the_college()
    if not person.email:
        return
    address = f"{current_app.config['BASE_URL']}/tutor/hours?month={in_address(month)}"
    body = render_template(
        "messages/tutor_month_opened.txt", college=college, month=f"{month:%B %Y}", address=address
    )
    to = Recipient(Channel.EMAIL, person.email, person.id)
    words = Words(college.short_name, body, MessageKind.NOTICE)
    key = f"month_opened:{tutor.id}:{in_address(month)}:{now.timestamp():.0f}"
    outbox.queue(to, words, key=key, thread=f"tutor:{tutor.id}", at=now)
