"""What pages and commands ask about people and how they sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import (
    Acceptance,
    Agreement,
    Authenticator,
    ComingAs,
    EqualityAnswer,
    OneTimeLink,
    Passkey,
    Person,
    RecoveryCode,
    RingFirst,
    RoleGiven,
    SignIn,
    SignOn,
    Visit,
)
from recovery_college.accounts.rules import Role, address_key
from recovery_college.accounts.secrets import digest
from recovery_college.accounts.words import asked_for, digits, plain
from recovery_college.database import db
from recovery_college.errors import NotFound

WITH_ROLES = selectinload(Person.role_rows)
VIEWER = bindparam("viewer", type_=Integer)  # their id, in what is built once and asked often


def visit_of(key: str, now: datetime) -> Visit | None:
    """The visit that a device's cookie names, with the person, their roles, and what it lacks."""
    asked = {"digest": digest(key), "now": now}
    found = db.session.execute(_visit(), asked).unique().first()
    if found is None:
        return None
    visit: Visit = found[0]
    visit.has_factor = found[1]
    return visit


@lru_cache
def _visit() -> Select[Visit, bool]:
    """Built once: building it costs more than asking it, and each page asks it."""
    return (
        select(Visit, _has_second_factor(Visit.person_id))
        .where(Visit.key_digest == bindparam("digest"), Visit.ends_at > bindparam("now"))
        .options(joinedload(Visit.person).joinedload(Person.role_rows))
    )


def visits_of(person: Person, now: datetime) -> Sequence[Visit]:
    """Where the person is signed in, the latest first."""
    return db.session.scalars(
        select(Visit)
        .where(Visit.person_id == person.id, Visit.ends_at > now)
        .order_by(Visit.seen_at.desc(), Visit.id.desc())
    ).all()


def sign_in_at(email: str) -> SignIn | None:
    return db.session.scalar(select(SignIn).where(SignIn.address_key == address_key(email)))


def person_signing_in_at(email: str) -> Person | None:
    """Whose verified address it is."""
    return db.session.scalar(
        select(Person).join(SignIn).where(SignIn.address_key == address_key(email))
    )


def people_at(email: str) -> Sequence[Person]:
    """Everybody with this address, the longest here first; whether proven or not."""
    return db.session.scalars(
        select(Person)
        .where(func.lower(Person.email) == address_key(email))
        .order_by(Person.made_at, Person.id)
    ).all()


def link_at(key: str) -> OneTimeLink | None:
    return db.session.scalar(select(OneTimeLink).where(OneTimeLink.key_digest == digest(key)))


def has_sign_on(person: Person) -> bool:
    """Whether another organisation signs them on."""
    return bool(db.session.scalar(select(exists().where(SignOn.person_id == person.id))))


@dataclass(frozen=True)
class Factors:
    """How somebody proves themself a second time; `codes` are those on paper not used yet."""

    app: Authenticator | None
    passkeys: Sequence[Passkey]
    codes: int

    @property
    def count(self) -> int:
        return bool(self.app) + len(self.passkeys)


def factors_of(person: Person) -> Factors:
    codes = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    keys = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    return Factors(
        app=db.session.get(Authenticator, person.id),
        passkeys=db.session.scalars(keys).all(),
        codes=db.session.scalars(codes).one(),
    )


def passkey_of(person: Person, passkey_id: int) -> Passkey:
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def is_passkey(credential_id: bytes) -> bool:
    """Whether it is anybody's."""
    return bool(db.session.scalar(select(exists().where(Passkey.credential_id == credential_id))))


def passkey_called(person: Person, credential_id: bytes) -> Passkey | None:
    """The one of this person's that a device names."""
    return db.session.scalar(
        select(Passkey).where(
            Passkey.person_id == person.id, Passkey.credential_id == credential_id
        )
    )


def paper_codes_of(person: Person) -> Sequence[RecoveryCode]:
    """Of the sheet that they have now, with those that were used."""
    theirs = select(RecoveryCode).where(RecoveryCode.person_id == person.id)
    return db.session.scalars(theirs.order_by(RecoveryCode.id)).all()


def _has_second_factor(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    app = exists().where(Authenticator.person_id == person_id)
    return or_(app, exists().where(Passkey.person_id == person_id))


def seen_by(
    viewer: Person | BindParameter[int], people: type[Person] = Person
) -> ColumnElement[bool]:
    """The people whose record this member of the office may open."""
    viewer_id = viewer.id if isinstance(viewer, Person) else viewer
    return or_(people.restricted_to_id.is_(None), people.restricted_to_id == viewer_id)


def hidden_from(viewer: Person | BindParameter[int]) -> Select[int]:
    """The ids of those whose record this member of the office may not open."""
    return select(Person.id).where(~seen_by(viewer))


def person_for(viewer: Person, person_id: int) -> Person:
    """Somebody's record for the office; not there if it isn't for this viewer."""
    found = db.session.scalar(
        select(Person).where(Person.id == person_id, seen_by(viewer)).options(WITH_ROLES)
    )
    if found is None:
        raise NotFound
    return found


def people(viewer: Person, question: str) -> Select[Person]:
    """Those whose name, e-mail address or phone number holds every part of the question."""
    parts = (Person.search.contains(part, autoescape=True) for part in asked_for(question))
    return (
        select(Person)
        .where(seen_by(viewer), Person.join_step.is_(None), *parts)
        .order_by(Person.name, Person.id)
    )


def count_people(viewer: Person, question: str) -> int:
    asked = people(viewer, question).order_by(None).subquery()
    return db.session.scalars(select(func.count()).select_from(asked)).one()


def page_of_people(viewer: Person, question: str, *, first: int, size: int) -> Sequence[Person]:
    asked = people(viewer, question).options(WITH_ROLES).offset(first).limit(size)
    return db.session.scalars(asked).all()


def managers() -> Sequence[Person]:
    return db.session.scalars(
        select(Person)
        .join(RoleGiven, RoleGiven.person_id == Person.id)
        .where(RoleGiven.role == Role.MANAGER)
        .order_by(Person.name, Person.id)
    ).all()


def office_people() -> Sequence[Person]:
    """Desk and managers, each once."""
    office = Person.role_rows.any(RoleGiven.role.in_((Role.DESK, Role.MANAGER)))
    return db.session.scalars(select(Person).where(office).order_by(Person.id)).all()


def manager_named_by(person: Person) -> Person | None:
    """The only one of the office who may open their record, if they wished so."""
    return db.session.get(Person, person.restricted_to_id) if person.restricted_to_id else None


def restricted_to(manager: Person) -> int:
    """How many people chose this manager as the only one to open their record."""
    return db.session.scalars(
        select(func.count()).where(Person.restricted_to_id == manager.id)
    ).one()


def current_agreement() -> Agreement | None:
    return db.session.scalar(select(Agreement).order_by(Agreement.id.desc()).limit(1))


def ring_first_about(person: Person) -> Sequence[RingFirst]:
    """Every wall that stands about this person, from either side."""
    return db.session.scalars(
        select(RingFirst)
        .where(or_(RingFirst.person_id == person.id, RingFirst.other_id == person.id))
        .options(joinedload(RingFirst.person), joinedload(RingFirst.other))
        .order_by(RingFirst.id)
    ).all()


def wall_about(person: Person, wall_id: int) -> RingFirst:
    found = next((wall for wall in ring_first_about(person) if wall.id == wall_id), None)
    if found is None:
        raise NotFound
    return found


def alike(viewer: Person, name: str, email: str | None, phone: str) -> Sequence[Person]:
    """People who may be the same, by their whole name, address or number; a dozen at most."""
    same = [Person.search.contains(f"\n{plain(name)}\n", autoescape=True)]
    if email:
        same.append(func.lower(Person.email) == address_key(email))
    if len(digits(phone)) > 5:
        same.append(Person.search.contains(f"\n{digits(phone)}\n", autoescape=True))
    return db.session.scalars(
        select(Person).where(seen_by(viewer), or_(*same)).order_by(Person.name, Person.id).limit(12)
    ).all()


def reasons_of(person: Person) -> list[Reason]:
    """Only for the person themself."""
    return list(
        db.session.scalars(
            select(ComingAs.reason).where(ComingAs.person_id == person.id).order_by(ComingAs.reason)
        )
    )


def answers_of(person: Person) -> dict[Question, list[str]]:
    """Only for the person themself."""
    given: dict[Question, list[str]] = {question: [] for question in Question}
    rows = select(EqualityAnswer).where(EqualityAnswer.person_id == person.id)
    for row in db.session.scalars(rows.order_by(EqualityAnswer.answer)):
        given[row.question].append(row.answer)
    return given


def yes_of(person: Person) -> Acceptance | None:
    """Their yes to the agreement as it stands, if they have said it."""
    newest = select(func.max(Agreement.id)).scalar_subquery()
    return db.session.scalar(
        select(Acceptance).where(
            Acceptance.person_id == person.id, Acceptance.agreement_id == newest
        )
    )


def agreement_at(version_id: int) -> Agreement:
    found = db.session.get(Agreement, version_id)
    if found is None:
        raise NotFound
    return found


def agreements() -> Sequence[Row[Agreement, int]]:
    """The latest fifty versions, and how many said yes to each."""
    yes = func.count(Acceptance.person_id)
    return db.session.execute(
        select(Agreement, yes)
        .outerjoin(Acceptance, Acceptance.agreement_id == Agreement.id)
        .group_by(Agreement.id)
        .order_by(Agreement.id.desc())
        .limit(50)
    ).all()
