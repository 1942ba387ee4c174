"""The office and its registers: which wait, what each says, and who came without a place."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.commands.welcoming import settle, welcome
from recovery_college.attendance.models import Mark, Welcome
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.desks.items import MOST, Section
from recovery_college.desks.today import today_of
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import Refusal
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState
from tests.attendance.registering import MORNING, OVER, make_taught, pair_of
from tests.conftest import ON_SQLITE, Browse, counted
from tests.enrolment.asking import change
from tests.factories import make_course, make_person, make_run
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clocks(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee", Role.DESK, email="dee@example.org")


def section(viewer: Person, slug: str, at: object) -> Section | None:
    found = today_of(viewer, the_college(), at)  # type: ignore[arg-type]
    return next((each for each in found if each.slug == slug), None)


def marks_of(run: Run, *states: MarkState) -> list[Word]:
    places = db.session.scalars(
        select(Enrolment.id).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    )
    return [Word(Who("e", id), state) for id, state in zip(places, states, strict=False)]


def test_a_session_that_nobody_marked_waits_for_the_office_from_a_day_after_its_end(
    dee: Person, clocks: time_machine.Traveller
) -> None:
    run = make_taught(1)
    session = run.sessions[0]
    due = session.ends_at + DAY
    assert section(dee, "untaken", due - MINUTE) is None
    found = section(dee, "untaken", due)
    assert found
    assert [(each.heading, each.address) for each in found.items] == [
        (
            "Sleeping well, Monday 7 June 2027, 10am",
            f"/office/sessions/{session.id}/register",
        )
    ]
    clocks.move_to(OVER, tick=False)
    take(dee, session, marks_of(run, MarkState.PRESENT))
    assert section(dee, "untaken", due) is None


def test_drafts_meetings_and_what_was_called_off_have_no_register_to_take(dee: Person) -> None:
    draft, off, meeting, told = (make_run() for _each in range(4))
    change(draft, state=RunState.DRAFT)
    change(off.sessions[0], state=SessionState.CANCELLED, live=False)
    change(meeting.sessions[0], kind=SessionKind.PLANNING)
    found = section(dee, "untaken", MORNING + 3 * DAY)
    assert found
    assert [each.address for each in found.items] == [
        f"/office/sessions/{told.sessions[0].id}/register"
    ]


def test_of_many_the_newest_stand_and_the_others_are_counted(dee: Person) -> None:
    run = make_run(sessions=MOST + 3)
    found = section(dee, "untaken", run.ends_at and run.ends_at + DAY)
    assert found
    assert (found.total, len(found.items)) == (MOST + 3, MOST)
    assert found.items[0].address == f"/office/sessions/{run.sessions[-1].id}/register"


def test_the_state_of_every_register_and_who_taught(
    dee: Person, browse: Browse, clocks: time_machine.Traveller
) -> None:
    run = make_taught(4)
    session, ash = run.sessions[0], pair_of(run)[0]
    begins = [each.starts_at for each in run.sessions]
    tutors = {each.side: Who("t", each.tutor_id) for each in session.accepted}
    clocks.move_to(OVER, tick=False)
    take(ash, session, marks_of(run, MarkState.UNHEARD))  # and it is put right
    take(
        ash,
        session,
        [
            *marks_of(run, MarkState.PRESENT, MarkState.LATE, MarkState.TOLD, MarkState.UNHEARD),
            Word(tutors[Side.LIVED], TutorState.PRESENT),
            Word(tutors[Side.PROFESSIONAL], TutorState.AWAY),
        ],
    )
    page = look(dee, browse)
    assert "Sleeping well, session 1 of 2, Monday 7 June 2027, 10am" in page
    assert "2 came, 1 told us, of 1 we did not hear" in page
    assert "One side of the pair by Ash Reed." in page
    assert "session 2 of 2" not in page
    clocks.move_to(begins[1] - 120 * MINUTE, tick=False)
    assert "Still to come" in look(dee, browse)
    clocks.move_to(begins[1], tick=False)
    page = look(dee, browse)
    assert "Not taken yet" in page
    assert "Delivery: not recorded" in page
    clocks.move_to(begins[0] + 31 * DAY, tick=False)
    page = look(dee, browse)
    assert "session 1 of 2" not in page
    assert "session 2 of 2" in page


def look(dee: Person, browse: Browse) -> str:
    """With a visit of its own, for they end."""
    return words_of(browse(db.session.merge(dee)).get("/office/registers").text)


@ON_SQLITE
def test_it_asks_as_often_for_one_as_for_sixty_and_they_are_paged(
    dee: Person, browse: Browse, clocks: time_machine.Traveller
) -> None:
    make_run(make_course("Painting"))
    office, numbers = browse(dee), []
    clocks.move_to(OVER, tick=False)
    for more in (0, 60):
        for _each in range(more):
            make_run()
        office.get("/office/registers")
        with counted() as statements:
            office.get("/office/registers")
        numbers.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert numbers[0] == numbers[1] <= 10
    assert "1 to 50 of 61" in office.get("/office/registers").text
    assert "51 to 61 of 61" in office.get("/office/registers?page=2").text


@pytest.fixture
def sam(dee: Person) -> Welcome:
    return welcome(dee, make_taught(1).sessions[0], "Sam Hart")


def test_who_came_without_a_place_waits_until_the_office_knows_who_it_was(
    dee: Person, sam: Welcome, browse: Browse
) -> None:
    nia = make_person("Nia", Role.MANAGER)
    known = make_person("Sam Hart", phone="01632 960 5")
    hidden = make_person("Sam Hart", phone="01632 960 6", restricted_to_id=nia.id)
    office, address = browse(dee), f"/office/welcomes/{sam.id}"
    assert address in office.get("/office").text
    assert "Sam Hart" in office.get("/office/welcomes").text
    page = office.get(address).text
    assert "01632 960 5" in page
    assert "01632 960 6" not in page
    assert office.post(f"{address}/person/{hidden.id}").status_code == 404
    assert office.post(f"{address}/person/{known.id}").status_code == 302
    kept = db.session.execute(select(Welcome.name, Welcome.person_id)).one()
    assert tuple(kept) == ("", known.id)
    assert address not in office.get("/office").text
    assert "Nobody to see to" in office.get("/office/welcomes").text
    assert office.get(address).status_code == 404


def test_who_is_left_at_the_count_stays_counted_without_a_name(
    dee: Person, sam: Welcome, browse: Browse
) -> None:
    session_id = sam.session_id
    assert browse(dee).post(f"/office/welcomes/{sam.id}/leave").status_code == 302
    kept = db.session.get_one(Welcome, sam.id)
    assert (kept.name, kept.person_id) == ("", None)
    standing = select(Mark.state).where(Mark.session_id == session_id, Mark.stands)
    assert db.session.scalars(standing).all() == [MarkState.PRESENT]
    with pytest.raises(Refusal):
        settle(dee, kept, make_person("Sam Hart"))
