"""Of whom we did not hear, as the office reads it: what was written, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass

from recovery_college.accounts.models import Person
from recovery_college.attendance.following import Unheard
from recovery_college.desks.attending import known_to, name_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState


@dataclass(frozen=True)
class Line:
    """`line` says how they are asked, and `is_written` that it is not by a call; `why` they are
    to be called, if they are, and `call` whether somebody has. `call_id` is None where the viewer
    may not know them.
    """

    name: str
    is_asked: bool
    is_written: bool
    line: str
    why: str
    call: str
    call_id: int | None


def lines_of(found: Sequence[Unheard], viewer: Person) -> list[Line]:
    return [_line(each, viewer) for each in found]


def _line(each: Unheard, viewer: Person) -> Line:
    person = each.enrolment.person
    call = each.call or (each.line if each.line and each.line.channel is Channel.CALL else None)
    known = known_to(viewer, person) is not None
    return Line(
        name=name_of(viewer, person),
        is_asked=each.is_asked,
        is_written=each.line is not None and each.line.channel is not Channel.CALL,
        line=_said(each.line) if each.line else "Not asked yet.",
        why=_why(each, call),
        call=_said(call) if call else _not_yet(each),
        call_id=call.id if call and known else None,
    )


def _why(each: Unheard, call: OutboxMessage | None) -> str:
    if each.why_call is not None:
        return each.why_call.label
    return "Only a call reaches them." if call else ""


def _not_yet(each: Unheard) -> str:
    if not each.is_asked:
        return "When you press, the call stands under Calls and letters."
    return "There is no phone number in their record."


def _said(message: OutboxMessage) -> str:
    if not message.address.strip():
        return "There is no way to reach them in their record."
    if message.state is MessageState.WAITING and message.is_by_hand:
        return f"{message.channel.label}, which stands under Calls and letters."
    return f"{message.channel.label}: {message.state.label.lower()}."
