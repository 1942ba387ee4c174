"""Make one record of two of the same person, without losing anything either of them says."""

from collections.abc import Collection

from sqlalchemy import Table, and_, delete, exists, select, update

from recovery_college import audit, clock
from recovery_college.accounts.models import Authenticator, Person, RingFirst, SignIn
from recovery_college.accounts.rules import address_key
from recovery_college.attendance.models import PairNote, TutorMark
from recovery_college.college.queries import the_college
from recovery_college.database import db, hold, transaction
from recovery_college.errors import Refusal
from recovery_college.privacy import queries
from recovery_college.privacy.commands.places import join_places
from recovery_college.privacy.merging import FIELDS, MORE_CAREFUL, state_of
from recovery_college.privacy.models import MergedPerson
from recovery_college.privacy.queries import Key
from recovery_college.privacy.rules import TEACHING, Joined
from recovery_college.scheduling.models import Delivery
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.scheduling.worked import taught_in
from recovery_college.tutors.models import HoursSheet, Tutor
from recovery_college.tutors.queries import written_in


class ChangedSince(Refusal):
    """One of the two records is no longer as it was looked at."""

    def __init__(self) -> None:
        super().__init__("One of the two records has changed meanwhile. Look at both once more.")


def merge(
    actor: Person, kept: Person, other: Person, theirs: Collection[str], *, seen: str
) -> None:
    """`theirs` are the fields in which the other record's value counts.

    What does not count is written down in `earlier`, so that nothing is lost.
    """
    now = clock.now()
    with transaction():
        hold(kept, other)
        hold(*filter(None, (queries.tutor_of(kept), queries.tutor_of(other))))
        _check_may_merge(actor, kept, other)
        if state_of(kept, other) != seen:
            raise ChangedSince
        _join_values(kept, other, theirs)
        _join_signing_in(kept, other, theirs)
        _join_ring_first(kept, other)
        join_places(actor, kept, other, the_college())
        _join_teaching(kept, other)
        _move_rows(kept, other)
        db.session.add(MergedPerson(old_id=other.id, person_id=kept.id, merged_at=now))
        audit.record(actor, "merged", other, fields=(f"into_person_{kept.id}",), at=now)
        audit.record(actor, "merged", kept, fields=(f"from_person_{other.id}",), at=now)
        db.session.flush()
        db.session.expire(other)
        db.session.delete(other)
    db.session.expire_all()


def _check_may_merge(actor: Person, kept: Person, other: Person) -> None:
    if kept.id == other.id:
        raise Refusal("These are the same record. Choose another one.")
    if actor.id in (kept.id, other.id):
        raise Refusal("You can't merge your own record. Ask another manager.")
    if kept.restricted_to_id == other.id or other.restricted_to_id == kept.id:
        raise Refusal(
            "One of the two may be opened by the other only, so they can't be one person."
        )


def _join_values(kept: Person, other: Person, theirs: Collection[str]) -> None:
    earlier = [kept.earlier, other.earlier]
    for field, label in FIELDS.items():
        mine, its = getattr(kept, field), getattr(other, field)
        if not its or mine == its:
            continue
        if mine and field not in theirs:
            earlier.append(f"{label}: {_words(its)}")
            continue
        if mine:
            earlier.append(f"{label}: {_words(mine)}")
        setattr(kept, field, its)
    for field, careful in MORE_CAREFUL.items():
        if getattr(other, field) is careful:
            setattr(kept, field, careful)
    other.needs, other.needs_shared = kept.needs, kept.needs_shared  # ends what answered others
    kept.earlier = "\n".join(filter(None, earlier))
    kept.made_at = min(kept.made_at, other.made_at)
    kept.active_at = max(kept.active_at, other.active_at)
    kept.over_18_at = kept.over_18_at or other.over_18_at
    kept.joined_at = kept.joined_at or other.joined_at
    kept.join_step = kept.join_step and other.join_step
    kept.restricted_to_id = kept.restricted_to_id or other.restricted_to_id


def _join_signing_in(kept: Person, other: Person, theirs: Collection[str]) -> None:
    """One address signs in. The other's is written down; its devices stay signed in."""
    mine, its = kept.sign_in, other.sign_in
    if its is not None and mine is not None:
        gone = mine if "email" in theirs else its
        if gone.address_key not in address_key(f"{kept.email} {kept.earlier}"):
            _write_down(kept, f"Signed in with: {gone.address_key}")
        db.session.delete(gone)
        db.session.flush()
    for table in (SignIn, Authenticator):
        if db.session.get(table, kept.id, populate_existing=True) is None:
            moved = update(table).where(table.person_id == other.id).values(person_id=kept.id)
            db.session.execute(moved)
        else:
            db.session.execute(delete(table).where(table.person_id == other.id))
    for person in (kept, other):
        db.session.expire(person, ["sign_in"])


def _join_ring_first(kept: Person, other: Person) -> None:
    """A note between the two says nothing any more, now that they are one."""
    both = (kept.id, other.id)
    db.session.execute(
        delete(RingFirst).where(RingFirst.person_id.in_(both), RingFirst.other_id.in_(both))
    )
    for column in (RingFirst.person_id, RingFirst.other_id):
        moved = update(RingFirst).where(column == other.id)
        db.session.execute(moved.values({column.key: kept.id}))


def _join_teaching(kept: Person, other: Person) -> None:
    mine, its = queries.tutor_of(kept), queries.tutor_of(other)
    if its is None:
        return
    if mine is None:
        its.person_id = kept.id
        db.session.flush()
        return
    _check_no_clash(mine, its)
    _check_no_month_twice(mine, its)
    _check_no_work_locked(mine, its)
    _join_tutors(kept, mine, its)


def _check_no_clash(mine: Tutor, its: Tutor) -> None:
    """Nobody is in two places at once: then they are two people, or one entry is wrong."""
    first, second = select(Delivery).subquery(), Delivery
    clash = (
        select(second.starts_at)
        .join(first, and_(first.c.starts_at < second.ends_at, first.c.ends_at > second.starts_at))
        .where(first.c.tutor_id == mine.id, second.tutor_id == its.id)
        .where(first.c.session_id != second.session_id, first.c.live, second.live)
        .where(first.c.state == DeliveryState.ACCEPTED, second.state == DeliveryState.ACCEPTED)
    )
    if db.session.scalar(clash.limit(1)) is not None:
        raise Refusal(
            "Both records teach at the same time in different places. If it is one person, mend "
            "the sessions first."
        )


def _check_no_month_twice(mine: Tutor, its: Tutor) -> None:
    theirs = select(HoursSheet.month).where(HoursSheet.tutor_id == its.id)
    both = select(HoursSheet.month).where(
        HoursSheet.tutor_id == mine.id, HoursSheet.month.in_(theirs)
    )
    month = db.session.scalar(both.limit(1))
    if month is not None:
        raise Refusal(
            f"Both records have confirmed their hours for {month:%B %Y}. Take one of the two back "
            "first."
        )


def _check_no_work_locked(mine: Tutor, its: Tutor) -> None:
    """What one has done in a month that the other has confirmed would never be paid."""
    theirs = HoursSheet.tutor_id.in_((mine.id, its.id))
    sheets = db.session.execute(select(HoursSheet.tutor_id, HoursSheet.month).where(theirs))
    for tutor_id, month in sheets.all():
        other = its.id if tutor_id == mine.id else mine.id
        if written_in(month, other) or taught_in(month, other):
            raise Refusal(
                f"One record has confirmed its hours for {month:%B %Y}, and the other has hours "
                "in that month. Open the month again first."
            )


def _join_tutors(kept: Person, mine: Tutor, its: Tutor) -> None:
    _join_tutor_marks(mine, its)
    _join_notes(mine, its)
    twice = _standing_twice(mine, its)
    db.session.execute(delete(Delivery).where(Delivery.id.in_(twice)))
    db.session.execute(update(Delivery).where(Delivery.tutor_id == its.id).values(tutor_id=mine.id))
    for key in queries.keys_to_tutors():
        if TEACHING[str(key)].joined is Joined.MOVES:
            moved = update(key.table).where(key.column == its.id)
            db.session.execute(moved.values({key.column.name: mine.id}))
        elif TEACHING[str(key)].joined is Joined.ONCE:
            _move_once(key.table, key.column.name, its.id, mine.id, _what_it_says(key))
    months = update(HoursSheet).where(HoursSheet.tutor_id == its.id)
    db.session.execute(months.values(tutor_id=mine.id))
    if its.role and its.role != mine.role:
        if mine.role:
            _write_down(kept, f"Job: {its.role}")
        mine.role = mine.role or its.role
    for limit in ("sessions_a_week", "sessions_a_term", "hours_a_month"):
        limits = [getattr(each, limit) for each in (mine, its)]
        setattr(mine, limit, min((each for each in limits if each is not None), default=None))
    mine.gap_minutes = max(mine.gap_minutes, its.gap_minutes)
    mine.no_evenings = mine.no_evenings or its.no_evenings
    mine.shown_as = min(mine.shown_as, its.shown_as, key=list(type(mine.shown_as)).index)
    db.session.flush()
    db.session.expire(its)
    db.session.delete(its)
    db.session.flush()
    db.session.expire(mine)


def _join_tutor_marks(mine: Tutor, its: Tutor) -> None:
    """Where both are marked on one register, what is said of the record that stays stands."""
    same = select(TutorMark.session_id).where(TutorMark.tutor_id == mine.id, TutorMark.stands)
    theirs = update(TutorMark).where(TutorMark.tutor_id == its.id)
    db.session.execute(theirs.where(TutorMark.session_id.in_(same)).values(stands=False))
    db.session.execute(theirs.values(tutor_id=mine.id))


def _join_notes(mine: Tutor, its: Tutor) -> None:
    """Where both wrote about one session it is one note, which says all that both did."""
    asked = select(PairNote).where(PairNote.tutor_id.in_((mine.id, its.id)))
    notes = {(each.tutor_id, each.session_id): each for each in db.session.scalars(asked)}
    for (tutor_id, session_id), each in notes.items():
        same = notes.get((mine.id, session_id))
        if tutor_id != its.id:
            continue
        if same is None:
            each.tutor_id = mine.id
            continue
        for field in ("went_well", "to_change"):
            said = filter(None, (getattr(same, field), getattr(each, field)))
            setattr(same, field, "\n".join(said))
        db.session.delete(each)
    db.session.flush()


def _standing_twice(mine: Tutor, its: Tutor) -> list[int]:
    """Of one session both were asked, or both accepted it: once is enough."""
    standing = (DeliveryState.ASKED, DeliveryState.ACCEPTED)
    same = select(Delivery.session_id).where(
        Delivery.tutor_id == mine.id, Delivery.state.in_(standing)
    )
    twice = select(Delivery.id).where(
        Delivery.tutor_id == its.id, Delivery.state.in_(standing), Delivery.session_id.in_(same)
    )
    return list(db.session.scalars(twice))


def _move_rows(kept: Person, other: Person) -> None:
    for key in queries.keys_joined(Joined.MOVES):
        moved = update(key.table).where(key.column == other.id)
        db.session.execute(moved.values({key.column.name: kept.id}))
    for key in queries.keys_joined(Joined.ONCE):
        _move_once(key.table, key.column.name, other.id, kept.id, _what_it_says(key))
    theirs = update(Person).where(Person.restricted_to_id == other.id)
    db.session.execute(theirs.values(restricted_to_id=kept.id))


def _what_it_says(key: Key) -> tuple[str, ...]:
    """The columns that make a row the same as another's."""
    told = {
        "acceptance": ("agreement_id",),
        "coming_as": ("reason",),
        "contributor": ("course_id", "side"),
        "equality_answer": ("question", "answer"),
        "role": ("role",),
        "student_tally": ("term_id",),
        "teaches": ("course_id",),
        "tutor_side": ("side",),
        "tutor_venue": ("venue_id",),
    }
    return told[key.table.name]


def _move_once(table: Table, column: str, old: int, new: int, same: tuple[str, ...]) -> None:
    twin = table.alias()
    alike = and_(*(twin.c[name] == table.c[name] for name in same), twin.c[column] == new)
    db.session.execute(delete(table).where(table.c[column] == old, exists().where(alike)))
    db.session.execute(update(table).where(table.c[column] == old).values({column: new}))


def _write_down(kept: Person, line: str) -> None:
    kept.earlier = "\n".join(filter(None, (kept.earlier, line)))


def _words(value: object) -> str:
    return str(getattr(value, "label", value))
