"""From a press of a button on a real server to the mail in a real mail server."""

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from recovery_college.college.models import Setting
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.enrolment.crowd import all_open, all_press, make_crowd, serving
from tests.enrolment.test_rush import make_open_run
from tests.operations.conftest import Start
from tests.operations.waiting import FULL, count_sent, have_come, wait_until
from tests.post_office import PostOffice

FEW, MANY = 3, 5_000 if FULL else 30
FIVE_MINUTES = 300  # a lease that does not run out meanwhile
WORKERS = 2


def without_quiet_hours() -> None:
    """For the servers go by the real clock, and this may be night."""
    with transaction():
        for setting in ("quiet_from", "quiet_until"):
            db.session.add(Setting(key=setting, value="00:00:00"))


def test_workers_that_are_asked_send_each_message_once_and_need_no_round_of_their_own(
    college: Flask, environ: dict[str, str], start: Start, office: PostOffice
) -> None:
    """First one after the other, then all at once on four servers.

    If nobody asked, the mail would come with the next round, up to a minute later: here, never.
    """
    without_quiet_hours()
    for _ in range(WORKERS):
        start(FIVE_MINUTES, rounds=False)
    with serving(environ) as server:
        run_id = make_open_run(12)
        crowd = make_crowd(college, MANY, server.site)
        all_open(crowd, run_id)
        for number, somebody in enumerate(crowd[:FEW], 1):
            assert somebody.press().status_code == 302
            wait_until(partial(have_come, office, number))
        answers = all_press(crowd[FEW:])
        assert {answer.status_code for answer in answers} == {302}
        wait_until(lambda: count_sent() == MANY, college)
    assert office.recipients[:FEW] == [f"student{n}@example.org" for n in range(FEW)]
    assert sorted(office.recipients) == sorted(f"student{n}@example.org" for n in range(MANY))
    assert len(set(office.letters)) == len(office.said) == MANY
    assert db.session.scalars(select(func.count(OutboxMessage.id))).one() == MANY
