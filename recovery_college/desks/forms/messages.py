"""What the office asks when a message is to go by another channel."""

from collections.abc import Iterable

from recovery_college.accounts.reaching import Way
from recovery_college.fields import Choice, member, offered
from recovery_college.forms import CollegeForm
from recovery_college.messages.rules import Channel

SAID = {
    Channel.EMAIL: "An e-mail to {}",
    Channel.TEXT: "A text to {}",
    Channel.LETTER: "A letter to print, to {}",
    Channel.CALL: "A call to make, to {}",
}


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
