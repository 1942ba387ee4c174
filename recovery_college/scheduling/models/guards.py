"""What the database itself refuses and keeps: nobody and no room twice at once, and the pair."""

from recovery_college.database import guard, refuses
from recovery_college.scheduling.models.pair import Delivery
from recovery_college.scheduling.models.runs import Session
from recovery_college.scheduling.rules import CoverFilled, RoomTaken, TutorStands, TutorTaken

refuses("uq_delivery_cover", CoverFilled)
refuses("delivery.cover_id", CoverFilled)
refuses("guard_session_room", RoomTaken)
refuses("guard_delivery_tutor", TutorTaken)
refuses("uq_delivery_standing", TutorStands)
refuses("delivery.session_id, delivery.tutor_id", TutorStands)


TWICE = """CREATE TRIGGER {guard}_{verb} AFTER {verb} ON {table} WHEN {new_holds} BEGIN
SELECT RAISE(ABORT, '{guard}') WHERE EXISTS (SELECT 1 FROM {table} AS other
WHERE other.{same} = new.{same} AND other.id <> new.id AND {other_holds}
AND other.starts_at < new.ends_at AND new.starts_at < other.ends_at); END"""


def _never_twice(guard: str, table: str, same: str, holds: str) -> tuple[str, ...]:
    """SQLite's triggers: two rows that hold the same thing never overlap."""
    new, other = holds.format("new"), holds.format("other")
    return tuple(
        TWICE.format(
            guard=guard, table=table, same=same, verb=verb, new_holds=new, other_holds=other
        )
        for verb in ("insert", "update")
    )


guard(
    Session,
    sqlite=_never_twice(
        "guard_session_room", "session", "room_id", "{0}.live AND {0}.room_exclusive"
    ),
    postgresql=(
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE session ADD CONSTRAINT guard_session_room EXCLUDE USING gist "
        "(room_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (live AND room_exclusive)",
    ),
)
guard(
    Delivery,
    sqlite=_never_twice(
        "guard_delivery_tutor", "delivery", "tutor_id", "{0}.live AND {0}.state = 'accepted'"
    ),
    postgresql=(
        "ALTER TABLE delivery ADD CONSTRAINT guard_delivery_tutor EXCLUDE USING gist "
        "(tutor_id WITH =, tstzrange(starts_at, ends_at) WITH &&) "
        "WHERE (live AND state = 'accepted')",
    ),
)

SIDES_OF = """(SELECT count(DISTINCT side) = 2 FROM delivery
WHERE session_id = {row}.session_id AND state = 'accepted' AND NOT shadowing)"""
PAIR_UP = "UPDATE session SET paired = {sides} WHERE id = {row}.session_id AND paired <> {sides}"


def _pair_up(row: str) -> str:
    return PAIR_UP.format(sides=SIDES_OF.format(row=row), row=row)


guard(
    Delivery,
    sqlite=tuple(
        f"CREATE TRIGGER guard_session_paired_{verb.split()[0].lower()} AFTER {verb} ON delivery "
        f"BEGIN {'; '.join(map(_pair_up, rows))}; END"
        for verb, rows in (
            ("INSERT", ("new",)),
            ("UPDATE OF state, side, shadowing, session_id", ("old", "new")),
            ("DELETE", ("old",)),
        )
    ),
    postgresql=(
        "CREATE FUNCTION guard_session_paired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_pair_up('old')}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {_pair_up('new')}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER guard_session_paired_row "
        "AFTER INSERT OR DELETE OR UPDATE OF state, side, shadowing, session_id ON delivery "
        "FOR EACH ROW EXECUTE FUNCTION guard_session_paired()",
    ),
)
