"""What the office does about messages that did not go."""

from recovery_college import audit, clock
from recovery_college.database import Model, hold, transaction
from recovery_college.errors import Refusal
from recovery_college.messages import queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, is_useless


def try_again(actor: Model, message: OutboxMessage) -> None:
    """Now, whatever it waited for."""
    now = clock.now()
    with transaction():
        hold(message)
        if message.state not in (MessageState.WAITING, MessageState.NEEDS_SOMEBODY):
            raise Refusal("This message was sent, or is not needed any more.")
        if not message.body or is_useless(message.useless_at, now):
            raise Refusal("This link is too old. Send a new one from the person's page.")
        if queries.is_overtaken(message):
            raise Refusal("Something newer about this has gone out, so this would be wrong now.")
        message.state, message.due_at, message.trouble = MessageState.WAITING, now, None
        audit.record(actor, "tried again", message, fields=("state",), at=now)


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
