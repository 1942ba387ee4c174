"""What the office asks when a message is to go by another channel."""

from collections.abc import Iterable
from typing import Any

from recovery_college.accounts.reaching import Way
from recovery_college.desks.previews import Asked, Like
from recovery_college.desks.samples import NOTICES
from recovery_college.fields import Choice, Pick, labelled, member, offered
from recovery_college.forms import CollegeForm
from recovery_college.messages.rules import Channel

SAID = {
    Channel.EMAIL: "An e-mail to {}",
    Channel.TEXT: "A text to {}",
    Channel.LETTER: "A letter to print, to {}",
    Channel.CALL: "A call to make, to {}",
}


BY = {
    Channel.EMAIL: "By e-mail",
    Channel.LETTER: "By letter",
    Channel.TEXT: "By text",
    Channel.CALL: "By phone",
}


class WordsForm(CollegeForm):
    """Which words, for whom and by which channel: it stands in the address."""

    class Meta:
        csrf = False

    notice = Pick(
        "Which message",
        choices=offered((name, each.heading) for name, each in NOTICES.items()),
        default="place_confirmed",
    )
    like = Choice(
        "What they wish", choices=labelled(Like), coerce=member(Like), default=Like.DISCREET
    )
    by = Choice("How it comes", choices=offered(BY.items()), default=Channel.EMAIL)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def asked(self) -> Asked:
        """What makes no sense is as if it were not asked."""
        name = self.notice.data if self.notice.data in NOTICES else self.notice.default
        like = self.like.data if self.like.data in set(Like) else Like.DISCREET
        way = self.by.data if self.by.data in NOTICES[name].ways else Channel.EMAIL
        return Asked(name, Like(like), Channel(way))


class OtherwiseForm(CollegeForm):
    channel = Choice("Which way?", coerce=member(Channel), needed="Choose a way.")

    def __init__(self, ways: Iterable[Way]) -> None:
        super().__init__()
        self.channel.choices = offered(
            (each.to.channel, SAID[each.to.channel].format(_in_line(each.to.address)))
            for each in ways
            if not each.why_not
        )


def _in_line(address: str) -> str:
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())
