"""The student agreement: its versions, and who said yes to which."""

from recovery_college import audit, clock
from recovery_college.accounts import queries
from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.models import Acceptance, Agreement, Person
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.errors import Refusal


class AgreementChanged(Refusal):
    """Another version than the one that was shown."""

    def __init__(self) -> None:
        super().__init__("The agreement was changed a moment ago. Please read it once more.")


def accept(person: Person, agreement_id: int | None) -> None:
    """Say yes to the version that was shown; None is the one that ships with the college."""
    now = clock.now()
    with transaction():
        hold(person)
        current = queries.current_agreement()
        if (None if current is None else current.id) != agreement_id:
            raise AgreementChanged
        version = current or _make(None, WE_PROMISE, WE_ASK)
        if db.session.get(Acceptance, (person.id, version.id)) is None:
            said = Acceptance(person_id=person.id, agreement_id=version.id, accepted_at=now)
            db.session.add(said)
            audit.record(person, "accepted", version, fields=(), at=now)


def write_agreement(actor: Person, we_promise: str, we_ask: str, seen_id: int | None) -> None:
    """A new version; the old ones stay with whoever said yes to them."""
    with transaction():
        one_at_a_time("agreement")
        current = queries.current_agreement()
        if (None if current is None else current.id) != seen_id:
            raise Refusal(
                "Somebody else wrote a new version while you were typing. Yours is still here: "
                "compare them, and save again to put yours in its place."
            )
        _make(actor, we_promise, we_ask)


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
