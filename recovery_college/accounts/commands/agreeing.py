"""The student agreement: its versions, and who said yes to which."""

from recovery_college import audit, clock
from recovery_college.accounts import queries
from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.models import Acceptance, Agreement, Person
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.errors import Refusal

AGREEMENT = "agreement"


class AgreementChanged(Refusal):
    """Another version than the one that was shown."""

    def __init__(self) -> None:
        super().__init__("The agreement was changed a moment ago. Please read it once more.")


def accept(person: Person, agreement_id: int | None) -> None:
    """Say yes to the version that was shown; None is the one that ships with the college.

    Whoever is the first to say yes to that one has it written down.
    """
    now = clock.now()
    with transaction():
        hold(person)
        one_at_a_time(AGREEMENT)
        current = queries.current_agreement()
        if not _is_shown(current, agreement_id):
            raise AgreementChanged
        version = current or _make(None, WE_PROMISE, WE_ASK)
        if db.session.get(Acceptance, (person.id, version.id)) is None:
            said = Acceptance(person_id=person.id, agreement_id=version.id, accepted_at=now)
            db.session.add(said)
            audit.record(person, "accepted", version, fields=(), at=now)


def write_agreement(actor: Person, we_promise: str, we_ask: str, seen_id: int | None) -> None:
    """A new version; the old ones stay with whoever said yes to them."""
    with transaction():
        one_at_a_time(AGREEMENT)
        current = queries.current_agreement()
        if not _is_shown(current, seen_id):
            raise Refusal(
                "Somebody else wrote a new version while you were typing. Yours is still here: "
                "compare them, and save again to put yours in its place."
            )
        if (we_promise, we_ask) == _words(current):
            raise Refusal("This is the agreement as it stands. Change something first.")
        _make(actor, we_promise, we_ask)


def _is_shown(current: Agreement | None, shown_id: int | None) -> bool:
    """The version that ships is the same before and after it was written down."""
    if shown_id is None:
        return current is None or _words(current) == (WE_PROMISE, WE_ASK)
    return current is not None and current.id == shown_id


def _words(version: Agreement | None) -> tuple[str, str]:
    return (version.we_promise, version.we_ask) if version else (WE_PROMISE, WE_ASK)


def _make(actor: Person | None, we_promise: str, we_ask: str) -> Agreement:
    now = clock.now()
    version = Agreement(
        we_promise=we_promise,
        we_ask=we_ask,
        made_at=now,
        made_by_id=actor.id if actor else None,
    )
    db.session.add(version)
    db.session.flush()
    audit.record(actor, "wrote", version, fields=("we_promise", "we_ask"), at=now)
    return version
