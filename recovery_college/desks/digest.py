"""What the letter in the morning says to one of the office. It names no student."""

from collections.abc import Sequence
from datetime import datetime

from recovery_college.accounts import attention
from recovery_college.accounts.attention import Post
from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import hidden_from
from recovery_college.calendars import answers
from recovery_college.desks.items import MOST, Section, by_kind
from recovery_college.desks.today import unsent_in
from recovery_college.messages.rules import Channel


def news_for(person: Person, pairs: Sequence[Section], now: datetime) -> list[Section]:
    """What is about sessions, which is the same for all, and what went or came of messages."""
    post = by_kind(attention.post_to_mind(person, now, most=MOST))
    by_hand = {row.channel: row.total for row in post[Post.BY_HAND]}
    counted = (
        _counted("calls", "Calls to make", by_hand.get(Channel.CALL, 0), "/office/contacts"),
        _counted("letters", "Letters to print", by_hand.get(Channel.LETTER, 0), "/office/contacts"),
        _counted(
            "answers",
            "Answers that came in",
            answers.count_waiting(hidden_from(person)),
            "/office/messages/answers",
        ),
    )
    return [*pairs, *unsent_in(post[Post.STUCK]), *(each for each in counted if each.total)]


def _counted(slug: str, heading: str, total: int, address: str) -> Section:
    """How many, and where: no more may stand in a letter."""
    return Section(slug, heading, "", "", total, [], address)
