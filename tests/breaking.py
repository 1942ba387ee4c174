"""Takes one guard away, so that the proof of it can be seen to fail: `pytest --break NAME`.

Server processes and workers that a test starts go without it as well: the name is in their
environment. A name is in no other file than the tests': nothing that serves can be broken so.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy import Connection, Select, event, false, text, true
from sqlalchemy.schema import MetaData

from recovery_college import clock, database, editing, formatting, pages
from recovery_college.accounts import passwords
from recovery_college.accounts import queries as accounts
from recovery_college.accounts.models import Person, Visit
from recovery_college.database import Model, db, transaction
from recovery_college.enrolment import queries as places
from recovery_college.enrolment.commands import answering, enrolling, filling
from recovery_college.enrolment.queries import waiting
from recovery_college.enrolment.rules import queue
from recovery_college.forms import CollegeForm
from recovery_college.messages import delivery, outbox
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.operations.backup import on_sqlite
from recovery_college.operations.backup.on_postgresql import PostgreSQL

BREAK = "BREAK"  # the variable that names a guard
A_WHILE, LONG_ENOUGH = 0.05, 0.3  # seconds
Put = Callable[[Any, str, Any], None]  # setattr, or a test's own that is undone


def broken() -> str:
    """The guard that this process goes without, or nothing."""
    return os.environ.get(BREAK, "")


def break_what_was_asked() -> None:
    if broken():
        GUARDS[broken()](setattr)


def without_locks(put: Put) -> None:
    """Look without locking, and think between looking and writing, as a busy machine does."""

    def look_only(found: Select[Any], _model: type[Model]) -> Select[Any]:
        return found.execution_options(populate_existing=True)

    _everywhere(put, database.locking, look_only)
    put(enrolling, "_pool_for", _after(A_WHILE, enrolling._pool_for))
    database.WRITING["sqlite_begin"] = "DEFERRED"


def without_one_transaction(put: Put) -> None:
    """A place is committed by itself, and what goes with it a moment later."""
    write = filling.write_step

    def commit_first(*asked: Any) -> Any:
        db.session.commit()
        time.sleep(LONG_ENOUGH)
        return write(*asked)

    put(enrolling, "write_step", commit_first)


def without_once(put: Put) -> None:
    """Nobody looks whether the same was asked before, and no index does."""
    look = places.look

    def forgetful(*asked: Any, **more: Any) -> Any:
        return replace(look(*asked, **more), sent_id=None, live_id=None)

    ask = enrolling._ask
    put(places, "look", forgetful)
    put(enrolling, "_ask", lambda a, s, request, *rest: ask(a, s, _unkeyed(request), *rest))
    _lose("DROP INDEX uq_enrolment_live")


def without_claims(put: Put) -> None:
    """What one worker sends, another may send as well, for sending takes a while."""
    put(delivery, "_claimed_by_nobody", true)
    put(delivery, "_send", _after(A_WHILE, delivery._send))


def marked_before_sent(put: Put) -> None:
    """A message counts as sent while it is on its way."""
    claim = delivery._claim

    def hasty(*asked: Any, **more: Any) -> OutboxMessage | None:
        with transaction():
            message = claim(*asked, **more)
            if message is not None:
                message.state, message.sent_at = MessageState.SENT, clock.now()
        return message

    put(delivery, "_claim", hasty)


def without_order(put: Put) -> None:
    """A message does not wait for the earlier ones of its thread."""
    put(delivery, "exists", lambda: SimpleNamespace(where=lambda *_: false()))


def without_an_answer(put: Put) -> None:
    """That the database is away is a fault like any other."""
    put(pages, "DATABASE_AWAY", ())


def without_prints(put: Put) -> None:
    """Whoever saves last is right."""

    def changed(row: object, edit: editing.Edit) -> tuple[str, ...]:
        return tuple(f for f, value in edit.values.items() if getattr(row, f) != value)

    _everywhere(put, editing.changes, changed)


def without_summer(put: Put) -> None:
    """The college's wall clock goes by the universal time all year."""
    put(clock, "LONDON", UTC)


def without_keys(put: Put) -> None:
    """What was promised is promised anew."""
    promise = outbox._promise

    def anew(*asked: Any, **more: Any) -> dict[str, Any]:
        return promise(*asked, **more) | {"key": token_hex(16)}

    put(outbox, "_promise", anew)


def last_first(put: Put) -> None:
    """The queue is served from its end."""
    ordered = queue.units
    put(waiting, "units", lambda asking: ordered(asking)[::-1])


def without_offers(put: Put) -> None:
    """A place that comes free is offered to nobody."""
    put(answering, "fill", lambda *_asked: [])


def without_cleaning(put: Put) -> None:
    """What is typed is taken as it comes, and a file for a word."""
    _everywhere(put, formatting.cleaned, str)
    put(CollegeForm.Meta, "wrap_formdata", FlaskForm.Meta.wrap_formdata)


def without_doors(put: Put) -> None:
    """Whoever is signed in may open what a manager may."""
    put(Person, "is_manager", property(lambda _: True))
    put(Person, "is_office", property(lambda _: True))


def without_spending_time(put: Put) -> None:
    """Of an unknown address nothing is worked out."""
    verifies = passwords.verifies
    _everywhere(put, verifies, lambda kept, typed: bool(kept) and verifies(kept, typed))


def with_a_note_of_each_visit(put: Put) -> None:
    """Looking at a page is written down."""
    visit_of = accounts.visit_of

    def noted(*asked: Any) -> Visit | None:
        visit = visit_of(*asked)
        if visit is not None:
            with transaction():
                db.session.execute(text("UPDATE visit SET device = device || '.'"))
        return visit

    put(accounts, "visit_of", noted)


def without_snapshot(put: Put) -> None:
    """As somebody would who copies files, or asks twice."""
    run = PostgreSQL._run

    def plainly(self: PostgreSQL, command: list[str], *asked: Any, **more: Any) -> Iterator[bytes]:
        plain = [word for word in command if not word.startswith("--snapshot")]
        return run(self, plain, *asked, **more)

    put(PostgreSQL, "_run", plainly)
    put(on_sqlite, "_copied", lambda a, b, _progress: shutil.copyfile(a, b))


def told_to_the_test(_put: Put) -> None:
    """Alembic reads its environment from a folder: the test makes one that goes without."""


GUARDS: dict[str, Callable[[Put], None]] = {
    "locks": without_locks,
    "one-transaction": without_one_transaction,
    "once": without_once,
    "claims": without_claims,
    "sent-then-marked": marked_before_sent,
    "order": without_order,
    "503": without_an_answer,
    "prints": without_prints,
    "wall-clock": without_summer,
    "keys": without_keys,
    "queue": last_first,
    "offers": without_offers,
    "cleaning": without_cleaning,
    "doors": without_doors,
    "same-time": without_spending_time,
    "reading": with_a_note_of_each_visit,
    "foreign-keys-off": told_to_the_test,
    "snapshot": without_snapshot,
}


def _unkeyed(request: enrolling.Request) -> enrolling.Request:
    return replace(request, form_key=None)


def _after(seconds: float, do: Callable[..., Any]) -> Callable[..., Any]:
    def later(*asked: Any, **more: Any) -> Any:
        done = do(*asked, **more)
        time.sleep(seconds)
        return done

    return later


def _lose(*statements: str) -> None:
    """Of every database that is made from now on."""

    def lose(_tables: MetaData, connection: Connection, **_more: object) -> None:
        for statement in statements:
            connection.execute(text(statement))

    event.listen(db.metadata, "after_create", lose)


def _everywhere(put: Put, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Also where it was imported by its name."""
    ours = [m for name, m in sys.modules.items() if name.startswith("recovery_college")]
    for module in ours:
        for name, value in list(vars(module).items()):
            if value is old:
                put(module, name, new)
