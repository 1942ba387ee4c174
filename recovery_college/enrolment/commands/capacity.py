"""How many places a run has, for whom, and where."""

from datetime import datetime

from sqlalchemy import update

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.courses.rules import Mode
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands.filling import count_chairs, fill
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import PoolKind, capacity
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling import queries as scheduling
from recovery_college.scheduling.commands import runs
from recovery_college.scheduling.models import Run


def edit_run(actor: Person, run: Run, edit: Edit, college: College) -> None:
    """Never fewer places than are held; more of them go to those who wait."""
    now = clock.now()
    with transaction():
        hold(scheduling.term(edit.values["term_id"]), run)
        _meet_otherwise(run, Mode(str(edit.values["mode"])))
        held = _held_beside(run) + queries.main_of(run, queries.pools_of(run)).held
        capacity.check_capacity(int(str(edit.values["capacity"])), held)
        runs.edit_run(actor, run, edit)
        db.session.flush()
        count_chairs(run)
        fill(run, Why.MORE_PLACES, college, now)


def set_link_places(actor: Person, run: Run, places: int, college: College) -> None:
    """Of a hybrid run, which counts those in the room and those by link separately."""
    now = clock.now()
    with transaction():
        hold(run)
        capacity.check_hybrid(run.mode)
        pools = queries.pools_of(run)
        pool = next((each for each in pools if each.kind is PoolKind.LINK), None)
        if pool is None:
            pool = Pool(run_id=run.id, kind=PoolKind.LINK, capacity=places)
            db.session.add(pool)
        capacity.check_capacity(places, pool.held or 0)
        pool.capacity = places
        db.session.flush()
        audit.record(actor, "changed the places by link of", run, fields=("capacity",), at=now)
        fill(run, Why.MORE_PLACES, college, now)


def set_aside(actor: Person, run: Run, name: str, places: int, release_at: datetime) -> Pool:
    """Keep places for a ward, a partner or a team, until a day that everybody may know."""
    now = clock.now()
    with transaction():
        hold(run)
        capacity.check_release(release_at, run.starts_at, now)
        main = queries.main_of(run, queries.pools_of(run))
        capacity.check_to_set_aside(places, main.left)
        main.capacity = (main.capacity or 0) - places
        pool = Pool(
            run_id=run.id,
            kind=PoolKind.SET_ASIDE,
            name=name,
            capacity=places,
            release_at=release_at,
        )
        db.session.add(pool)
        db.session.flush()
        audit.record(actor, "set places aside on", run, fields=("capacity",), at=now)
    return pool


def release_now(actor: Person, pool: Pool, college: College) -> None:
    """What of it nobody has taken is everybody's at once."""
    now = clock.now()
    with transaction():
        hold(pool.run, pool)
        capacity.check_kept(pool.kind)
        pool.release_at = now
        db.session.flush()
        audit.record(actor, "released places of", pool.run, fields=("capacity",), at=now)
        fill(pool.run, Why.RELEASED, college, now)


def _meet_otherwise(run: Run, mode: Mode) -> None:
    """The places by link of a hybrid run are its second pool, which no other run has."""
    pools = queries.pools_of(run)
    links = [p for p in pools if p.kind is PoolKind.LINK and run.mode is Mode.HYBRID]
    if links and mode is not run.mode:
        capacity.check_no_links(queries.people_in(links[0]))
        moved = update(Enrolment).where(Enrolment.pool_id == links[0].id)
        db.session.execute(moved.values(pool_id=queries.main_of(run, pools).id))
        db.session.delete(links[0])
        db.session.flush()


def _held_beside(run: Run) -> int:
    """The places that are set aside are places of the run too."""
    aside = [p for p in queries.pools_of(run) if p.kind is PoolKind.SET_ASIDE]
    return sum(pool.capacity or 0 for pool in aside)
