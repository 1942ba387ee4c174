"""Whether code that was written for some tables can go on with what a migration made of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect


@dataclass(frozen=True)
class Part:
    """Of a column: what is kept in it, and whether a row may be written without it."""

    kind: str
    may_be_left_out: bool
    may_be_empty: bool


Shape = dict[str, dict[str, Part]]


@dataclass(frozen=True)
class Tables:
    """What code that reads and writes them relies on."""

    columns: Shape
    rules: dict[str, frozenset[str]]


def shape_of(connection: Connection) -> Tables:
    asked = inspect(connection)
    names = asked.get_table_names()
    columns = {
        name: {
            column["name"]: Part(
                str(column["type"]),
                column["nullable"] or column["default"] is not None,
                column["nullable"],
            )
            for column in asked.get_columns(name)
        }
        for name in names
    }
    rules = {
        name: frozenset(
            f"{table_rule['name']} {table_rule.get('sqltext', '')}"
            for found in (asked.get_check_constraints, asked.get_unique_constraints)
            for table_rule in found(name)
        )
        | frozenset(str(index["name"]) for index in asked.get_indexes(name) if index["unique"])
        for name in names
    }
    return Tables(columns, rules)


def narrowed(before: Tables, after: Tables) -> set[str]:
    """What code written for the tables before would miss, or be refused; each by its name."""
    found = set()
    for table, columns in before.columns.items():
        now = after.columns.get(table)
        if now is None:
            found.add(table)
            continue
        lost = (name for name, part in columns.items() if _is_less(part, now.get(name)))
        found |= {f"{table}.{name}" for name in lost}
        asked = (n for n in now.keys() - columns.keys() if not now[n].may_be_left_out)
        found |= {f"{table}.{name}" for name in asked}
        found |= {f"{table}: {rule}" for rule in after.rules[table] - before.rules[table]}
    return found


def _is_less(before: Part, after: Part | None) -> bool:
    if after is None or after.kind != before.kind:
        return True
    return (before.may_be_empty and not after.may_be_empty) or (
        before.may_be_left_out and not after.may_be_left_out
    )
