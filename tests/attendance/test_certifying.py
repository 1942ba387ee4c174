"""Certificates: who gets one, what is kept in it, and what an erased record leaves of it."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select, text, update

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, ShownAs
from recovery_college.attendance import completion
from recovery_college.attendance.checks import CHECKS
from recovery_college.attendance.commands.certifying import change, make_for_run, make_own
from recovery_college.attendance.models import Certificate, CertificateTutor, Mark
from recovery_college.attendance.rules import MarkState
from recovery_college.attendance.rules.completion import NothingToCertify
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy.commands.erasing import erase
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, mark, over
from tests.conftest import counted
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")
CERTIFIED = next(each for each in CHECKS if each.startswith("Every certificate"))


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org")


@pytest.fixture
def cy() -> Person:
    return make_person("Cy Moss")


@pytest.fixture
def run(ada: Person, cy: Person) -> Iterator[Run]:
    """Ada came to seven sessions of ten, Cy to six."""
    made, _places = make_ran({ada: "pppppppuuu", cy: "ppppppuuuu"})
    with over(made):
        yield made


def made() -> list[Certificate]:
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))


def test_it_keeps_what_it_says_whatever_changes_afterwards(run: Run, ada: Person) -> None:
    certificate = make_own(ada, run, the_college())
    with transaction():
        run.course.title, ada.name = "Rest", "Ada Reed"
        for each in run.sessions[0].accepted:
            each.tutor.shown_as = ShownAs.NOT_NAMED
    mark(run.sessions[0], {certificate.enrolment: "u"})
    db.session.expire_all()
    assert (certificate.name, certificate.course) == ("Ada Osei", "Sleeping well")
    assert (certificate.came, certificate.ran, certificate.minutes) == (7, 10, 840)
    assert certificate.dates == "from 7 June 2027 to 9 August 2027"
    assert certificate.taught_by == "Ash Reed (lived experience) and a professional tutor"
    assert CHECKS[CERTIFIED]() == []


def test_pressing_twice_makes_one_and_who_completed_nothing_gets_none(
    run: Run, ada: Person, cy: Person
) -> None:
    assert make_own(ada, run, the_college()) is make_own(ada, run, the_college())
    with pytest.raises(NothingToCertify):
        make_own(cy, run, the_college())
    with pytest.raises(NotFound):
        make_own(make_person(), run, the_college())
    assert len(made()) == 1


def test_before_the_last_session_is_over_there_is_none(run: Run, ada: Person) -> None:
    going_on = time_machine.travel(run.sessions[-1].starts_at, tick=False)
    with going_on, pytest.raises(NothingToCertify):
        make_own(ada, run, the_college())


def test_the_office_makes_those_that_are_missing_of_whom_it_may_know(ada: Person) -> None:
    nia = make_person("Nia Cole", Role.MANAGER)
    dee = make_person("Dee Hart", Role.DESK)
    hers = make_person("Di Hale", restricted_to_id=nia.id)
    run, _ = make_ran({ada: "pp", make_person("Bea"): "lp", hers: "pe", make_person("Cy"): "pu"})
    with over(run):
        make_own(ada, run, the_college())
        assert make_for_run(dee, run, the_college()) == 1
        assert make_for_run(dee, run, the_college()) == 0
        assert {each.name for each in made()} == {"Ada Osei", "Bea"}
        assert make_for_run(nia, run, the_college()) == 1
        printed = [each.name for each in completion.to_print(dee, run, first=0, most=9)]
        assert printed == ["Ada Osei", "Bea"]
        assert len(completion.to_print(nia, run, first=0, most=9)) == 3
        next_sheets = completion.term_to_print(nia, run.term, first=1, most=9)
        assert [each.name for each in next_sheets] == ["Bea", "Di Hale"]
    said = db.session.scalars(
        select(AuditEntry.actor_id).where(AuditEntry.verb == "made a certificate of")
    )
    assert list(said) == [ada.id, dee.id, nia.id]
    told = select(Person.name).join(OutboxMessage, OutboxMessage.person_id == Person.id)
    ready = OutboxMessage.key.startswith("certificate_made:")
    assert set(db.session.scalars(told.where(ready))) == {"Bea", "Di Hale"}


def test_making_them_changes_no_place_no_count_and_no_calendar(run: Run, ada: Person) -> None:
    def stands() -> list[object]:
        places = db.session.execute(
            select(Enrolment.id, Enrolment.state, Enrolment.behind).order_by(Enrolment.id)
        )
        pools = db.session.execute(select(Pool.id, Pool.held).order_by(Pool.id))
        entries = db.session.execute(text("SELECT count(*), max(sequence) FROM calendar_entry"))
        return [*places, *pools, *entries]

    before = stands()
    assert State.CONFIRMED in [row[1] for row in before[:2]]  # type: ignore[index]
    make_for_run(ada, run, the_college())
    assert len(made()) == 1
    db.session.expire_all()
    assert stands() == before


def test_the_student_says_how_they_are_named_and_whether_it_says_which_course(
    run: Run, ada: Person
) -> None:
    certificate = make_own(ada, run, the_college())
    code = certificate.code
    change(ada, certificate, "Addie", shows_title=False)
    change(ada, certificate, "Addie", shows_title=False)
    assert (certificate.name, certificate.course, certificate.code) == ("Addie", "a course", code)
    said = db.session.scalars(
        select(AuditEntry.fields).where(AuditEntry.verb == "changed the certificate of")
    )
    assert list(said) == ["name shows_title"]


def test_who_keeps_everything_neutral_gets_one_that_says_a_course(ada: Person, run: Run) -> None:
    with transaction():
        ada.neutral = True
    assert make_own(ada, run, the_college()).course == "a course"


def test_who_is_forgotten_is_named_nowhere_and_the_code_still_says_that_it_was_made(
    run: Run, ada: Person
) -> None:
    code = make_own(ada, run, the_college()).code
    erase(None, ada)
    kept = completion.certificate_by_code(code)
    assert kept
    assert (kept.name, kept.course) == ("", "Sleeping well")
    assert completion.to_print(make_person(), run, first=0, most=9) == []
    assert completion.certificates_on(run) == {}
    assert CHECKS[CERTIFIED]() == []


def test_a_tutor_who_is_forgotten_is_not_named_any_more(run: Run, ada: Person) -> None:
    code = make_own(ada, run, the_college()).code
    erase(None, run.sessions[0].accepted[0].tutor.person)
    kept = completion.certificate_by_code(code)
    assert kept
    assert kept.taught_by == "a lived experience tutor and a professional tutor"
    assert "Ash Reed" not in set(db.session.scalars(select(CertificateTutor.name)))


def test_the_audit_finds_one_of_somebody_who_did_not_come_to_enough(run: Run, ada: Person) -> None:
    certificate = make_own(ada, run, the_college())
    assert CHECKS[CERTIFIED]() == []
    one = select(Mark.id).where(Mark.state == MarkState.PRESENT).limit(1)
    mine = one.where(Mark.enrolment_id == certificate.enrolment_id).scalar_subquery()
    db.session.execute(update(Mark).where(Mark.id == mine).values(state=MarkState.TOLD))
    assert CHECKS[CERTIFIED]() == [f"certificate:{certificate.id}"]


def test_a_run_of_many_costs_no_more_to_look_at(run: Run, ada: Person) -> None:
    def cost(of: Run) -> int:
        now, college = clock.now(), the_college()
        with counted() as statements:
            completion.parts_on(of, college, now)
            completion.to_print(ada, of, first=0, most=99)
        return len(statements)

    make_own(ada, run, the_college())
    few = cost(run)
    larger, _ = make_ran({make_person(f"S {n}"): "pp" for n in range(8)}, "Rest")
    with over(larger):
        make_for_run(ada, larger, the_college())
        assert cost(larger) == few
