"""How many places are left, for the public pages as they are rendered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    bindparam,
    func,
    or_,
    select,
)

from recovery_college.enrolment.models import Pool
from recovery_college.enrolment.queries.pools import FREE, MAIN
from recovery_college.enrolment.rules import PoolKind
from recovery_college.prospectus.booking import Places
from recovery_college.prospectus.on_show import Runs

OF_RUNS = (
    select(Pool.run_id, Pool.kind, Pool.capacity, Pool.release_at, FREE.label("free"))
    .where(
        Pool.run_id.in_(bindparam("runs", expanding=True)),
        Pool.kind != PoolKind.CHAIRS,
    )
    .order_by(Pool.run_id, Pool.release_at, Pool.id)
)


def places_left(run: Runs) -> ScalarSelect[int]:
    """For which a newcomer need not wait."""
    return (
        select(func.coalesce(func.sum(FREE), 0))
        .where(Pool.run_id == run.id, Pool.kind.in_(MAIN))
        .scalar_subquery()
    )


def has_places(run: Runs) -> ColumnElement[bool]:
    """To a drop-in anybody just comes."""
    return or_(run.drop_in, places_left(run) > 0)


def places_from(rows: Iterable[Row[*tuple[Any, ...]]]) -> Mapping[int, Places]:
    """By run, of the rows that `OF_RUNS` gives."""
    pools: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        pools[row.run_id].append(row)
    return {run_id: _places(each) for run_id, each in pools.items()}


def _places(pools: list[Row[*tuple[Any, ...]]]) -> Places:
    main = {row.kind: row.free for row in pools if row.kind in MAIN}
    kept = [(row.release_at, row.free) for row in pools if row.kind not in MAIN and row.free]
    return Places(
        room=main.get(PoolKind.ROOM),
        link=main.get(PoolKind.LINK),
        kept=tuple(kept),
        in_all=sum(row.capacity for row in pools),
    )
