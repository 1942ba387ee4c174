"""Forms about runs that are over, and the links by which students were asked for them."""

import re
from typing import Any

from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Feedback, FeedbackAnswer
from recovery_college.attendance.rules.feedback import HOW_WAS_IT, CameBy, Said
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.markup import Markup

WELCOME, WELL = "Did you feel welcome?", "What went well?"


def asked() -> dict[str, OutboxMessage]:
    """The messages that ask how it was, by the name of who has them."""
    rows = db.session.execute(
        select(Person.name, OutboxMessage)
        .join(Person, OutboxMessage.person_id == Person.id)
        .where(OutboxMessage.key.startswith(HOW_WAS_IT))
    )
    return {row[0]: row[1] for row in rows}


def key_in(message: OutboxMessage) -> str:
    found = re.search(r"/feedback/(\S+)", message.body)
    assert found
    return found[1]


def make_told(run: Run, *answers: tuple[Said, str]) -> None:
    """A paper form for each."""
    with transaction():
        for said, words in answers:
            form = Feedback(run_id=run.id, came_by=CameBy.PAPER)
            form.answers = [
                FeedbackAnswer(number=1, question=WELCOME, said=said),
                FeedbackAnswer(number=2, question=WELL, words=words),
            ]
            db.session.add(form)


def filled_in(page: str, *answers: str) -> dict[str, Any]:
    """What a browser sends of this page's form, with these answers in the order of its fields."""
    names = dict.fromkeys(re.findall(r'name="(q[0-9a-f]{12})"', page))
    return dict(zip(names, answers, strict=False))


def heading_of(page: str) -> tuple[str, str]:
    marked = Markup(page)
    return marked.heading, marked.title
