"""The invented college: a workbook that ships with the project, moved so that a term runs today.

It comes in by the same door as a real college's workbook. Its people are invented, so its
tutors have said how they wish to be shown, which no import may infer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path

from flask import current_app
from sqlalchemy import func, literal, select
from sqlalchemy.orm import joinedload

from recovery_college import clock, formatting
from recovery_college.accounts.models import Person, RoleGiven, SignIn
from recovery_college.accounts.passwords import hashed
from recovery_college.accounts.rules import Role, ShownAs, Side
from recovery_college.attendance.rules.feedback import questions_of
from recovery_college.college.commands import go_live
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Contributor, Strand
from recovery_college.database import Model, db, one_at_a_time, transaction
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.intake import commands as intake
from recovery_college.intake import queries
from recovery_college.intake.commands.places import Place, write_places
from recovery_college.intake.rules.describing import Row
from recovery_college.intake.rules.reading import Reading, read_sheets
from recovery_college.intake.rules.report import things
from recovery_college.intake.rules.tabs.attendance import ATTENDANCE
from recovery_college.intake.rules.tabs.bookings import BOOKINGS
from recovery_college.intake.rules.tabs.dates import DATES
from recovery_college.intake.workbook import read_workbook
from recovery_college.operations.heard import say_how_it_was
from recovery_college.operations.registered import take_registers
from recovery_college.operations.told import tell_of_themselves
from recovery_college.scheduling.models import Delivery, Run, Term, Venue
from recovery_college.tutors.models import Tutor

HERE = Path(__file__).parent
WORKBOOK = HERE / "harbour-college.xlsx"
WRITTEN_FOR = date(2026, 11, 23)  # the Monday on which the workbook's autumn term is running
TERMS = {  # the first day of each term, as it stands in the workbook
    "Summer 2026": date(2026, 4, 20),
    "Autumn 2026": date(2026, 9, 14),
    "Spring 2027": date(2027, 1, 11),
}
RUNNING = "Autumn 2026"
SEASONS = ("Spring", "Summer", "Autumn")
WISHES = (*(ShownAs.FULL_NAME,) * 3, ShownAs.FIRST_NAME, ShownAs.NOT_NAMED)
SETTINGS = {"short_name": "Harbour", "invented": "yes"}
FORTNIGHT = timedelta(days=14)
PASSWORD = "demo-college"  # noqa: S105  # of invented people, in the invented college only


@dataclass(frozen=True)
class Invented:
    """Somebody who signs in to the invented college."""

    name: str
    email: str
    what: str
    role: Role | None = None
    side: Side | None = None


PEOPLE = (
    Invented("Ada Osei", "ada@example.org", "a student"),
    Invented("Bea Marsh", "bea@example.org", "a peer tutor", Role.TUTOR, Side.LIVED),
    Invented("Cal Reid", "cal@example.org", "a professional tutor", Role.TUTOR, Side.PROFESSIONAL),
    Invented("Olu Bankole", "olu@example.org", "a manager", Role.MANAGER),
    Invented("Dee Hart", "dee@example.org", "the office's desk", Role.DESK),
)
DOORS = {
    "adult-learning-centre": "two purple glass doors with a ramp and a handrail",
    "allotment-hub": "a green wooden door between two sunflowers, with one step",
    "central-library": "wide brown doors below a clock, with three steps",
    "harbour-house": "a blue door between two flower pots, with no step",
    "oak-lodge": "a brown door between two flower pots, with no step",
    "riverside-centre": "two yellow glass doors in a brick wall, with no step",
    "st-annes-hall": "a green door with a round window and one step",
    "the-old-fire-station": "a dark green door to the left of two big red ones",
    "womens-centre": "a plum-coloured door with a round window and a bell",
}


def load_demo() -> list[str]:
    """Fill an empty database, and say what it holds now; or refuse one that isn't empty."""
    if current_app.config["ENVIRONMENT"] == "production":
        raise Refusal("The invented college's people have a password that everybody knows.")
    workbook = read_workbook(WORKBOOK, _quiet)
    today = clock.in_london(clock.now()).date()
    reading = moved(read_sheets(workbook.sheets), weeks_from(today))
    with transaction():
        one_at_a_time(intake.IMPORT)
        _check_empty()
        report = intake.take(None, reading, workbook.digest, _quiet)
        _wish()
        _hang_doors()
        _let_in(today)
        _go_live()
        _book_for_ada(clock.now())
        take_registers(clock.now(), today, the_college().alone_reasons.splitlines())
        tell_of_themselves(clock.now())
        say_how_it_was(clock.now(), today, questions_of(the_college()))
        db.session.add_all(Setting(key=key, value=value) for key, value in SETTINGS.items())
    return [f"An invented college: {things(report.taken)}.", *_in_words(today), *ways_in()]


def ways_in() -> Iterable[str]:
    """Who may sign in to the invented college, and how."""
    yield f"Sign in with the password {PASSWORD} as one of these:"
    for who in PEOPLE:
        yield f"  {who.email}, {who.what}"


def weeks_from(today: date) -> timedelta:
    """Whole weeks, so that every session keeps its weekday and its hour."""
    return today - timedelta(days=today.weekday()) - WRITTEN_FOR


def moved(reading: Reading, by: timedelta) -> Reading:
    """The same workbook, some weeks later or earlier, with its terms named anew."""
    names = names_of_terms(by)
    dates: list[Row] = [
        replace(row, day=row.day + by, term=names[row.term]) for row in reading.of(DATES)
    ]
    bookings: list[Row] = [
        replace(row, day=_later(row.day, by), booked=_later(row.booked, by))
        for row in reading.of(BOOKINGS)
    ]
    marks: list[Row] = [replace(row, day=row.day + by) for row in reading.of(ATTENDANCE)]
    anew = {DATES.holds: dates, BOOKINGS.holds: bookings, ATTENDANCE.holds: marks}
    return replace(reading, rows=reading.rows | anew)


def names_of_terms(by: timedelta) -> dict[str, str]:
    """The season into which the running term falls, and those before and after it."""
    running = _season(TERMS[RUNNING] + by)
    place = list(TERMS).index(RUNNING)
    return {
        name: _named((running + index - place) % len(SEASONS), first + by)
        for index, (name, first) in enumerate(TERMS.items())
    }


def _later(day: date | None, by: timedelta) -> date | None:
    return day + by if day else None


def _season(first: date) -> int:
    """Spring begins in the middle of December, summer of April, autumn of August."""
    return ((first + timedelta(days=17)).month - 1) // 4


def _named(season: int, first: date) -> str:
    """A spring term that begins before Christmas belongs to the new year."""
    year = (first + timedelta(days=60)).year if season == 0 else first.year
    return f"{SEASONS[season]} {year}"


def _check_empty() -> None:
    for table in Model.metadata.sorted_tables:
        if db.session.scalar(select(literal(1)).select_from(table).limit(1)):
            raise Refusal(
                "This database holds a college already. The invented one needs an empty database."
            )


def _wish() -> None:
    """Three in five are shown by name, one by first name, one not at all, wherever they stand."""
    wishes = cycle(WISHES)
    by_person: dict[int, ShownAs] = {}
    for tutor in db.session.scalars(select(Tutor).order_by(Tutor.id)):
        tutor.shown_as = by_person[tutor.person_id] = next(wishes)
    for contributor in db.session.scalars(select(Contributor).order_by(Contributor.id)):
        contributor.shown_as = by_person.get(contributor.person_id, ShownAs.NOT_NAMED)


def _hang_doors() -> None:
    for venue in db.session.scalars(select(Venue)):
        if venue.slug in DOORS:
            venue.door_photo = (HERE / "doors" / f"{venue.slug}.png").read_bytes()
            venue.door_photo_words = f"A drawing of {DOORS[venue.slug]}."


def _let_in(today: date) -> None:
    """Five people who can be visited. Two of them take over what a tutor of the workbook does."""
    now, kept = clock.now(), hashed(PASSWORD)
    for who in PEOPLE:
        person = _busiest(who.side, today) if who.side else Person(joined_at=now)
        person.name, person.email, person.over_18_at = who.name, who.email, now
        person.sign_in = SignIn(
            address_key=who.email, verified_at=now, password_hash=kept, password_set_at=now
        )
        if who.role and who.role not in person.roles:
            person.role_rows.append(RoleGiven(role=who.role, given_at=now))
        db.session.add(person)


def _go_live() -> None:
    """It moved in long ago."""
    db.session.flush()
    manager = select(Person).join(RoleGiven, RoleGiven.person_id == Person.id)
    go_live(db.session.scalars(manager.where(RoleGiven.role == Role.MANAGER)).one())


def _book_for_ada(now: datetime) -> None:
    """What a student finds who looks at what is theirs: two places, and one that she waits for."""
    ada = db.session.scalars(select(Person).where(Person.email == PEOPLE[0].email)).one()
    asked = select(Run).where(Run.ends_at > now).order_by(Run.starts_at, Run.id)
    runs = db.session.scalars(asked.options(joinedload(Run.term))).all()
    pools = queries.main_pools({run.id for run in runs})
    begun = [run for run in runs if _begins(run) <= now and pools[run.id].left]
    days = {run.weekday for run in begun[-1:]}  # nobody is in two places at once
    coming = [
        run for run in runs if _begins(run) > now and pools[run.id].left and run.weekday not in days
    ]
    full = [run for run in runs if _begins(run) > now and not pools[run.id].left]
    chosen = [*((run, State.CONFIRMED) for run in (*begun[-1:], *coming[:1]))]
    chosen += [(run, State.WAITING) for run in full if run.term_id == runs[-1].term_id][:1]
    write_places(
        [
            Place(ada.id, run.id, pools[run.id].id, state, min(now, _begins(run) - FORTNIGHT))
            for run, state in chosen
        ],
        now,
        by=None,
        refused=_refused,
    )


def _begins(run: Run) -> datetime:
    return run.starts_at or clock.now()


def _refused(_place: Place, refusal: Refusal) -> None:
    raise refusal


def _busiest(side: Side, today: date) -> Person:
    """The tutor who teaches most on this side from today on."""
    coming = func.count(Delivery.id)
    return db.session.scalars(
        select(Person)
        .join(Tutor)
        .join(Delivery)
        .where(Delivery.side == side, Delivery.starts_at >= clock.london_instant(today, time()))
        .group_by(Person.id)
        .order_by(coming.desc(), Person.id)
    ).first() or _nobody(side)


def _nobody(side: Side) -> Person:
    raise RuntimeError(f"The invented college has nobody who teaches on the {side} side.")


def _in_words(today: date) -> Iterable[str]:
    strands = db.session.scalars(select(Strand.name).order_by(Strand.position))
    yield f"Strands: {'; '.join(strands)}."
    counts = select(func.count()).where(Run.term_id == Term.id).scalar_subquery()
    for term, runs in db.session.execute(select(Term, counts).order_by(Term.starts_on)):
        when = "over" if term.ends_on < today else "running now"
        state = "open for enrolment now" if term.starts_on > today else when
        yield (
            f"{term.name}, {formatting.count(runs, 'run')} from "
            f"{formatting.short_day(term.starts_on)}: {state}."
        )


def _quiet(_what: str, _count: int) -> None:
    """It takes a second or two: nobody needs to be told how far it is."""
