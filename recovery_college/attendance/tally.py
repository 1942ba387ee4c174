"""Each register counted by the database, mark by mark, so that reports need not read millions."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.rules import MarkState
from recovery_college.database import Model, guard


class SessionTally(Model):
    """What stands on one register, counted: reports add these up, and not millions of marks.

    The database keeps it, mark by mark, and `flask check` proves it. `lived` and `professional`
    are tutors of each side who taught, `tutors` all of whom something is marked. No row is nothing.
    """

    __tablename__ = "session_tally"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True
    )
    present: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    early: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    unheard: Mapped[int] = mapped_column(default=0)
    lived: Mapped[int] = mapped_column(default=0)
    professional: Mapped[int] = mapped_column(default=0)
    tutors: Mapped[int] = mapped_column(default=0)


def _counted(sign: str, row: str, columns: dict[str, str]) -> str:
    """SQL that counts one mark, or takes it out again, if it stands."""
    ones = [
        ONE.format(sign=sign, row=row, where=where.format(row=row)) for where in columns.values()
    ]
    rest = [name for name in TALLIED if name not in columns]
    sums = [f"{name} = session_tally.{name} + excluded.{name}" for name in columns]
    return COUNT.format(
        row=row,
        names=", ".join([*columns, *rest]),
        ones=", ".join([*ones, *("0" for _ in rest)]),
        sums=", ".join(sums),
    )


def _keep_tally(table: type[Mark | TutorMark], columns: dict[str, str]) -> None:
    on = table.__tablename__
    name, watched = f"guard_{on}_tallied", "stands, state, session_id"
    plus, minus = _counted("", "new", columns), _counted("-", "old", columns)
    guard(
        table,
        sqlite=(
            f"CREATE TRIGGER {name}_added AFTER INSERT ON {on} BEGIN {plus}; END",
            f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {watched} ON {on} "
            f"BEGIN {minus}; {plus}; END",
            f"CREATE TRIGGER {name}_removed AFTER DELETE ON {on} BEGIN {minus}; END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN {minus}; END IF; "
            f"IF TG_OP <> 'DELETE' THEN {plus}; END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_row AFTER INSERT OR DELETE OR UPDATE OF {watched} "
            f"ON {on} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


TALLIED = [each.name for each in SessionTally.__table__.columns if each.name != "session_id"]
COUNT = """INSERT INTO session_tally (session_id, {names}) VALUES ({row}.session_id, {ones})
ON CONFLICT (session_id) DO UPDATE SET {sums}"""
ONE = "{sign}CASE WHEN {row}.stands AND {where} THEN 1 ELSE 0 END"
TAUGHT = "{{row}}.state IN ('present', 'late') AND {{row}}.side = '{side}'"
OF_TUTORS = {side.value: TAUGHT.format(side=side.value) for side in Side} | {
    "tutors": "{row}.stands"
}
_keep_tally(Mark, {each.value: f"{{row}}.state = '{each.value}'" for each in MarkState})
_keep_tally(TutorMark, OF_TUTORS)
