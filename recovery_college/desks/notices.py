"""What the office is told in the morning: what needs somebody, and no student's name."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, render_template

from recovery_college.accounts.models import Person
from recovery_college.clock import in_london
from recovery_college.college.queries import the_college
from recovery_college.desks.items import Section
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words

DIGEST = "digest:"  # begins its key


def digest(person: Person, sections: Sequence[Section], now: datetime) -> None:
    if not person.email:
        return
    college, site = the_college(), str(current_app.config["BASE_URL"])
    body = render_template(
        "messages/office_digest.txt", college=college, site=site, person=person, sections=sections
    )
    key = f"{DIGEST}{person.id}:{in_london(now).date()}"
    to = Recipient(Channel.EMAIL, person.email, person.id)
    words = Words(college.short_name, body, MessageKind.NOTICE)
    outbox.queue(to, words, key=key, thread=f"digest:{person.id}", at=now)
