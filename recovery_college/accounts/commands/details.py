"""What somebody changes about themself."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete

from recovery_college import audit, clock
from recovery_college.accounts import notices, queries, rules
from recovery_college.accounts.commands.signing_in import Asking, send_proof
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.accounts.rules import Role, address_key
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply
from recovery_college.errors import Refusal


def keep_details(person: Person, edit: Edit) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        fields = apply(person, edit)
        rules.check_reachable(person.contact_by, person.email or "", person.phone, person.address)
        rules.check_safe_hours(person.safe_from, person.safe_until)
        if fields:
            audit.record(person, "changed", person, fields=fields, at=now)


def change_address(asking: Asking, person: Person, email: str) -> None:
    """Send a link to the new address. Only when it is opened do they sign in with it.

    Who signs in with none yet is written to there from now on.
    """
    now = clock.now()
    with transaction():
        hold(person)
        if is_own_address(person, email):
            raise Refusal("You sign in with this address already.", field="email")
        if person.sign_in is None:
            person.email = email
        send_proof(asking, person, email, now)
        audit.record(person, "asked to change", person, fields=("email",), at=now)


def no_address(person: Person) -> None:
    """No e-mail any more: they are reached in another way, and sign in no more by themself."""
    now = clock.now()
    with transaction():
        hold(person)
        rules.check_may_do_without_address(person.roles)
        rules.check_reachable(person.contact_by, "", person.phone, person.address)
        notices.address_dropped(person, now)
        person.email = person.sign_in = None
        audit.record(person, "changed", person, fields=("email",), at=now)


def keep_reasons(person: Person, reasons: Collection[Reason]) -> None:
    """Why they come, as far as they wish to say; none at all takes it back."""
    now = clock.now()
    with transaction():
        hold(person)
        if set(reasons) == set(queries.reasons_of(person)):
            return
        db.session.execute(delete(ComingAs).where(ComingAs.person_id == person.id))
        db.session.add_all(ComingAs(person_id=person.id, reason=each) for each in set(reasons))
        audit.record(person, "changed", person, fields=("coming_as",), at=now)


def keep_answers(person: Person, answers: Mapping[Question, Collection[str]]) -> None:
    """Their equality answers; none at all takes them back."""
    now = clock.now()
    with transaction():
        hold(person)
        given = {question: set(each) for question, each in answers.items() if each}
        if given == {q: set(each) for q, each in queries.answers_of(person).items() if each}:
            return
        db.session.execute(delete(EqualityAnswer).where(EqualityAnswer.person_id == person.id))
        db.session.add_all(
            EqualityAnswer(person_id=person.id, question=question, answer=answer)
            for question, each in given.items()
            for answer in each
        )
        audit.record(person, "changed", person, fields=("equality_answers",), at=now)


def restrict_to(person: Person, manager_id: int | None) -> None:
    """Only this manager may open their record from now on; None opens it to the office again."""
    now = clock.now()
    with transaction():
        managers = {each.id: each for each in queries.managers()}
        if manager_id is not None and manager_id not in managers:
            raise Refusal("Choose one of the managers.", field="manager")
        if manager_id == person.id:
            raise Refusal("Choose somebody else than yourself.", field="manager")
        hold(*{person, *([managers[manager_id]] if manager_id else [])})
        if manager_id is not None and Role.MANAGER not in managers[manager_id].roles:
            raise Refusal("This person is no manager any more.", field="manager")
        person.restricted_to_id = manager_id
        audit.record(person, "changed", person, fields=("restricted_to",), at=now)


def is_own_address(person: Person, email: str) -> bool:
    """Whether they sign in with it already."""
    return person.sign_in is not None and person.sign_in.address_key == address_key(email)
