"""What changes a run that is added up takes its sum away, by the database itself."""

from recovery_college.database import Model, guard

GONE = "DELETE FROM run_tally WHERE run_id"
HELD = """PERFORM 1 FROM run WHERE id IN ({runs}) AND ends_at <= CURRENT_TIMESTAMP
ORDER BY id FOR SHARE"""


def take_away(table: type[Model], run: str, watched: str) -> None:
    """Of whatever holds the run or its session meanwhile, as the worker does who adds it up."""
    on = table.__tablename__
    name, statement = f"guard_{on}_summed", f"{GONE} = {run}"
    new, old = statement.format(row="new"), statement.format(row="old")
    guard(
        table,
        sqlite=(
            f"CREATE TRIGGER {name}_added AFTER INSERT ON {on} BEGIN {new}; END",
            f"CREATE TRIGGER {name}_changed AFTER UPDATE {watched} ON {on} BEGIN {new}; END",
            f"CREATE TRIGGER {name}_removed AFTER DELETE ON {on} BEGIN {old}; END",
        ),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN {old}; ELSE {new}; END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_row AFTER INSERT OR DELETE OR UPDATE {watched} ON {on} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


def hold_and_take_away(table: type[Model], runs: str, deeds: str) -> None:
    """Of what is changed without holding its runs, of which it may be on many: those that are over
    are held first, or the worker could write down what it read before the change."""
    on = table.__tablename__
    name, statement = f"guard_{on}_held_and_summed", f"{GONE} IN ({runs})"
    gone = {row: statement.format(row=row) for row in ("new", "old")}
    held = {row: HELD.format(runs=runs.format(row=row)) for row in ("new", "old")}
    sqlite = [
        f"CREATE TRIGGER {name}_{deed.split()[0].lower()} AFTER {deed} ON {on} "
        f"BEGIN {gone['old' if deed == 'DELETE' else 'new']}; END"
        for deed in deeds.split(" OR ")
    ]
    guard(
        table,
        sqlite=tuple(sqlite),
        postgresql=(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN {held['old']}; {gone['old']}; "
            f"ELSE {held['new']}; {gone['new']}; END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_row AFTER {deeds} ON {on} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )
