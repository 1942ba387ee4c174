"""Somebody of whom there is a row in every table that can point at a person."""

from datetime import date, time, timedelta

from recovery_college import clock
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import (
    Acceptance,
    Agreement,
    Authenticator,
    ComingAs,
    EqualityAnswer,
    OneTimeLink,
    Passkey,
    Person,
    RecoveryCode,
    RingFirst,
    SignOn,
)
from recovery_college.accounts.rules import Role, Side
from recovery_college.attendance.models import Certificate, CertificateTutor
from recovery_college.calendars.models import IncomingMail
from recovery_college.calendars.rules import MailKind, MailState
from recovery_college.courses.models import Contributor
from recovery_college.database import Model, db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.enrolment.queries import main_of, pools_of
from recovery_college.enrolment.rules import State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, Recipient, Words
from recovery_college.privacy.models import DataCopy, MergedPerson
from recovery_college.scheduling.models import ProposedSlot, Run, TimeProposal
from recovery_college.tutors.models import (
    BusyCalendar,
    BusyTime,
    HoursSheet,
    Teaches,
    TrainingStep,
    Tutor,
    TutorAway,
    TutorSide,
    TutorVenue,
    TutorWindow,
    WorkEntry,
)
from recovery_college.tutors.rules import Work
from tests.factories import (
    make_course,
    make_person,
    make_run,
    make_tutor,
    make_venue,
    make_visit,
)

NAME, EMAIL, PHONE = "Philippa Quillfeather", "philippa@quill.example", "01632 960 777"


def make_philippa() -> Person:
    """With everything that the college can know of anybody."""
    philippa = make_person(
        NAME,
        Role.TUTOR,
        Role.DESK,
        email=EMAIL,
        phone=PHONE,
        called="Pip Quillfeather",
        address="1 Quill Lane",
        needs=f"{NAME} needs a ramp",
        emergency_contact="Bo Quillfeather",
        earlier=f"E-mail address: {EMAIL}",
    )
    make_visit(philippa)
    tutor = Tutor(person=philippa, role="Quill maker", sides=[TutorSide(side=Side.LIVED)])
    tutor.windows = [
        TutorWindow(weekday=2, starts=time(9), ends=time(17), from_on=date(2027, 1, 4))
    ]
    with transaction():
        db.session.add(tutor)
    run = make_run(make_course(), tutors=(tutor, make_tutor(Side.PROFESSIONAL)), sessions=2)
    over = [make_run(first=date(2027, 4, 5)) for _ in range(2)]
    made = [_place(each) for each in (run, *over)]
    with transaction():
        db.session.add_all(_rows(philippa))
        db.session.add_all(_rows_of_tutor(tutor, run))
        db.session.add_all(_places(philippa, made))
        db.session.add(_certificate(made[1], tutor))
        to = Recipient(Channel.EMAIL, EMAIL, philippa.id)
        words = Words("Harbour", f"Hello {NAME}")
        outbox.queue(to, words, key="p", thread="p", at=clock.now())
    return philippa


def _rows(person: Person) -> list[Model]:
    now, other, id = clock.now(), make_person(), person.id
    agreement = Agreement(we_promise="Tea", we_ask="Kindness", made_at=now, made_by_id=id)
    db.session.add(agreement)
    db.session.flush()
    review = date(2027, 8, 1)
    return [
        Acceptance(person_id=id, agreement_id=agreement.id, accepted_at=now),
        Authenticator(person_id=id, secret=b"s", made_at=now),
        ComingAs(person_id=id, reason=Reason.FAMILY),
        Contributor(course=make_course(), person_id=id, side=Side.LIVED),
        DataCopy(person_id=id, asked_at=now, ends_at=now + timedelta(days=7), content=b"zip"),
        EqualityAnswer(person_id=id, question=Question.AGE, answer="25-34"),
        IncomingMail(
            digest="i",
            came_at=now,
            kind=MailKind.DECLINED,
            state=MailState.FOR_THE_OFFICE,
            person_id=id,
        ),
        IncomingMail(
            digest="j",
            came_at=now,
            kind=MailKind.UNKNOWN,
            state=MailState.FOR_THE_OFFICE,
            sender=EMAIL,
            subject=NAME,
        ),
        MergedPerson(old_id=10**6 + id, person_id=id, merged_at=now),
        OneTimeLink(person_id=id, key_digest="d", address_key=EMAIL, made_at=now, ends_at=now),
        Passkey(
            person_id=id, credential_id=b"c", public_key=b"p", sign_count=0, name=NAME, made_at=now
        ),
        RecoveryCode(person_id=id, digest="r", made_at=now),
        RingFirst(person_id=id, review_on=review, set_by_id=id, set_at=now),
        RingFirst(person_id=other.id, other_id=id, review_on=review, set_at=now),
        SignOn(issuer="https://i.example", subject="philippa", person_id=id, made_at=now),
    ]


def _place(run: Run) -> Enrolment:
    pool = main_of(run, pools_of(run))
    return Enrolment(run_id=run.id, pool_id=pool.id, requested_at=clock.now())


def _places(person: Person, made: list[Enrolment]) -> list[Enrolment]:
    """One to come, one that is over, and one over that they typed in for somebody else."""
    now, id = clock.now(), person.id
    mine = {"person_id": id, "came_by": Way.PHONE, "arrived_at": now}
    said: list[dict[str, object]] = [
        {**mine, "state": State.CONFIRMED, "uid": "quill 1", "form_key": "quill", "wish": "quill"},
        {**mine, "state": State.COMPLETED, "uid": "quill 2", "party": "quill"},
        {"state": State.COMPLETED, "person": make_person(), "asked_by_id": id},
    ]
    for place, fields in zip(made, said, strict=True):
        for field, value in fields.items():
            setattr(place, field, value)
        for state in (State.CONFIRMED, *({place.state} - {State.CONFIRMED})):
            step = EnrolmentStep(state=state, why=Why.WORKBOOK, at=now, by_id=id)
            place.steps.append(step)
    return made


def _certificate(place: Enrolment, tutor: Tutor) -> Certificate:
    """She taught what she completed, which nobody does."""
    day = date(2027, 4, 5)
    return Certificate(
        enrolment=place,
        made_at=clock.now(),
        name=NAME,
        title="Resting well",
        shows_title=True,
        minutes=120,
        came=1,
        ran=1,
        percent=70,
        starts_on=day,
        ends_on=day,
        tutors=[CertificateTutor(tutor_id=tutor.id, side=Side.LIVED, name=NAME)],
    )


LINE = {"day": "2027-08-01", "what": NAME, "kind": "panel", "minutes": 60}


def _rows_of_tutor(tutor: Tutor, run: Run) -> list[Model]:
    now, id, day = clock.now(), tutor.id, date(2027, 8, 1)
    later = now + timedelta(hours=2)
    calendar, venue = BusyCalendar(tutor_id=id, link=b"sealed", added_at=now), make_venue()
    db.session.add(calendar)
    db.session.flush()
    slots = [ProposedSlot(starts_at=now, ends_at=later)]
    return [
        BusyTime(calendar_id=calendar.id, tutor_id=id, starts_at=now, ends_at=later),
        HoursSheet(tutor_id=id, month=day, minutes=60, lines=[LINE], confirmed_at=now),
        Teaches(tutor_id=id, course_id=run.course_id),
        TimeProposal(session_id=run.sessions[0].id, made_by_id=id, made_at=now, slots=slots),
        TrainingStep(tutor_id=id, name=f"{NAME} reads aloud"),
        TutorAway(tutor_id=id, starts_on=day, ends_on=day),
        TutorVenue(tutor_id=id, venue_id=venue.id),
        WorkEntry(tutor_id=id, worked_on=day, kind=Work.PANEL, minutes=60, words=NAME),
    ]
