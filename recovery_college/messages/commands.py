"""What the office does about messages that did not go."""

from collections.abc import Sequence
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.database import Model, hold, transaction
from recovery_college.errors import Refusal
from recovery_college.messages import queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import BY_HAND, Channel, MessageState, is_useless


def try_again(actor: Model, message: OutboxMessage) -> None:
    """Now, whatever it waited for."""
    now = clock.now()
    with transaction():
        hold(message)
        if message.state not in (MessageState.WAITING, MessageState.NEEDS_SOMEBODY):
            raise Refusal("This message was sent, or is not needed any more.")
        if message.channel in BY_HAND:
            raise Refusal(
                "This is for the office to print or to say. It stands under Calls and letters."
            )
        if not message.body or is_useless(message.useless_at, now):
            raise Refusal("This link is too old. Send a new one from the person's page.")
        if queries.is_overtaken(message):
            raise Refusal("Something newer about this has gone out, so this would be wrong now.")
        message.state, message.due_at, message.trouble = MessageState.WAITING, now, None
        audit.record(actor, "tried again", message, fields=("state",), at=now)


def done_by_hand(actor: Model, message: OutboxMessage) -> None:
    """The letter is in the post, or the call is made. Pressing twice is doing it once.

    What was still to be said before it, about the same, is said with it.
    """
    now = clock.now()
    with transaction():
        earlier = queries.by_hand_before(message)
        hold(message, *earlier)
        if message.channel not in BY_HAND:
            raise Refusal("This goes by itself.")
        if message.state is MessageState.SENT:
            return
        if message.state is not MessageState.WAITING:
            raise Refusal("This is not needed any more.")
        _done(actor, message, earlier, now)


def tried_by_hand(actor: Model, message: OutboxMessage) -> None:
    """Somebody called, and could not reach them: it waits still."""
    now = clock.now()
    with transaction():
        hold(message)
        if message.channel is not Channel.CALL or message.state is not MessageState.WAITING:
            raise Refusal("This is not needed any more.")
        message.tries += 1
        audit.record(actor, "called, and did not reach, about", message, fields=(), at=now)


def told_by_phone(actor: Model, thread: str) -> None:
    """Somebody was on the phone just now, and heard what was to be said in calls."""
    now = clock.now()
    with transaction():
        calls = queries.by_hand_in(thread, Channel.CALL)
        hold(*calls)
        if calls:
            _done(actor, calls[-1], calls[:-1], now)


def _done(
    actor: Model, message: OutboxMessage, earlier: Sequence[OutboxMessage], now: datetime
) -> None:
    for each in earlier:
        if each.state is MessageState.WAITING:
            each.state = MessageState.DROPPED
    message.state, message.sent_at = MessageState.SENT, now
    verb = "called about" if message.channel is Channel.CALL else "printed and posted"
    audit.record(actor, verb, message, fields=("state",), at=now)


def drop(actor: Model, message: OutboxMessage) -> None:
    """Nobody needs to hear it any more."""
    now = clock.now()
    with transaction():
        hold(message)
        if message.state is MessageState.SENT:
            raise Refusal("This message was sent already.")
        message.forget_secret()
        message.state = MessageState.DROPPED
        audit.record(actor, "dropped", message, fields=("state",), at=now)
