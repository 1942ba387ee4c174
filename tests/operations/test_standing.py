"""How the machinery stands, in lines and in figures."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.college.commands import pause_mail
from recovery_college.college.queries import the_college
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.messages.jobs import jobs_of
from recovery_college.messages.rules import Channel, MessageKind, MessageState, Trouble
from recovery_college.operations.standing import Offers, Standing, offers, standing
from recovery_college.operations.worker import PULSE
from recovery_college.watching.counts import COUNTS, Counts
from tests.conftest import ON_SQLITE, Browse
from tests.enrolment.asking import ask
from tests.factories import NOW, make_message, make_person, make_run

TOKEN = "a token that only tests have, 01234567"  # noqa: S105  # it opens nothing
LABEL = r'\w+="[^"]*"'
LINE = re.compile(
    r"# (HELP|TYPE) college_\w+ .+|"
    rf"college_\w+(\{{{LABEL}(,{LABEL})*\}})? (NaN|[\d.e+-]+)"
)
NOW_IS = datetime.fromisoformat(NOW)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def mail_line() -> tuple[str, bool, str]:
    return next(line for line in standing().lines() if line[0] == "mail")


def test_mail_that_is_due_and_does_not_go_is_seen() -> None:
    now = clock.now()
    assert mail_line() == ("mail", True, "none is due")
    make_message(due_at=now + MINUTE)
    make_message(due_at=now - 99 * MINUTE, useless_at=now - MINUTE)
    make_message(due_at=now - 99 * MINUTE, channel=Channel.CALL)
    assert mail_line() == ("mail", True, "none is due")
    make_message(due_at=now - 15 * MINUTE)
    assert mail_line() == ("mail", True, "the oldest that is due waits since 15 min ago")
    make_message(due_at=now - 16 * MINUTE)
    make_message(state=MessageState.NEEDS_SOMEBODY)
    found = standing()
    assert (found.waiting, found.needing, mail_line()[1]) == (4, 1, False)
    pause_mail(None)
    assert mail_line() == ("mail", True, "paused by the office")


def test_mail_that_fails_and_is_put_off_again_and_again_is_seen() -> None:
    """Whoever is tried again is due in the future, for ever."""
    soon = clock.now() + MINUTE
    make_message(due_at=soon, tries=9, trouble=Trouble.BUSY)  # one mailbox that is full
    make_message(due_at=soon, tries=4, trouble=Trouble.AWAY)
    assert mail_line()[1] is True
    make_message(due_at=soon, tries=5, trouble=Trouble.AWAY)
    assert mail_line()[1] is False
    found = standing()
    assert found.oldest_due
    assert timedelta(minutes=20) < found.overdue < timedelta(minutes=30)


def test_what_waits_for_the_morning_is_not_late(in_may: time_machine.Traveller) -> None:
    due = datetime.fromisoformat("2027-05-03T18:59:00+00:00")  # a minute before the quiet hours
    make_message(due_at=due)
    in_may.move_to(due + timedelta(hours=5))
    assert mail_line() == ("mail", True, "none is due")
    make_message(due_at=due, kind=MessageKind.SIGN_IN)
    assert mail_line()[1] is False


def test_a_silent_worker_a_full_disk_and_a_wrong_clock_are_looked_at() -> None:
    good = Standing(
        NOW_IS, NOW_IS - 5 * MINUTE, 0, 0.5, timedelta(), None, 0, 0, False, NOW_IS - 36 * HOUR
    )
    assert list(good.lines()) == [
        ("queue", True, "the worker's last round was 5 min ago"),
        ("disk", True, "50% free"),
        ("clock", True, "the database's is +0.0 s to ours"),
        ("mail", True, "none is due"),
        ("backup", True, "the last was 36 h ago"),
    ]
    late = NOW_IS - 6 * MINUTE
    bad = replace(good, last_round=late, disk_free=0.09, clock_ahead=timedelta(seconds=-3))
    bad = replace(bad, last_backup=NOW_IS - 36 * HOUR - MINUTE)
    assert [fine for _, fine, _ in bad.lines()] == [False, False, False, True, False]
    never = replace(good, last_round=None, last_backup=None)
    assert list(never.lines())[-1] == ("backup", False, "none was made")
    assert next(never.lines()) == ("queue", False, "no worker was here")


def test_the_worker_says_that_it_is_alive_every_few_seconds(
    app: Flask, in_may: time_machine.Traveller
) -> None:
    PULSE._said_at = -99.0
    PULSE()
    first = jobs_of(app).last_round()
    assert first == clock.now()
    in_may.shift(5)
    PULSE()
    assert jobs_of(app).last_round() == first


def test_offers_that_end_and_that_have_ended_are_counted() -> None:
    run, ada, bo = make_run(capacity=1), make_person(), make_person(email="bo@example.org")
    place, waits = ask(ada, run), ask(bo, run)
    assert offers(clock.now()) == Offers(open=0, ending=0, over=0)
    give_up(ada, place, the_college())
    assert waits.answer_by
    assert offers(clock.now()) == Offers(open=1, ending=0, over=0)
    assert offers(waits.answer_by - timedelta(hours=1)) == Offers(open=1, ending=1, over=0)
    assert offers(waits.answer_by) == Offers(open=1, ending=1, over=1)


@pytest.fixture
def watched_app(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    monkeypatch.setitem(app.extensions, COUNTS, Counts(tmp_path))
    return app


def figures(browse: Browse) -> dict[str, str]:
    token = {"Authorization": f"Bearer {TOKEN}"}
    answer = browse().get("/metrics", headers=token, buffered=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    lines = answer.text.splitlines()
    assert answer.text.endswith("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(typed) == len(set(typed))
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


@pytest.mark.usefixtures("watched_app")
def test_the_figures_tell_how_it_stands_and_what_was_asked(browse: Browse) -> None:
    make_message(due_at=clock.now() - 2 * MINUTE)
    for _ in range(2):
        assert browse().get("/courses", buffered=True).status_code == 200
    found = figures(browse)
    courses = 'method="GET",route="/courses"'
    assert found[f'college_requests_total{{{courses},status="200"}}'] == "2"
    assert int(found[f"college_statements_total{{{courses}}}"]) > 2
    assert found['college_answer_seconds_bucket{le="+Inf"}'] == "2"
    assert found["college_answer_seconds_count"] == "2"
    assert (found["college_up"], found["college_messages_waiting"]) == ("1", "1")
    assert found["college_messages_oldest_due_seconds"] == "120"
    assert figures(browse)['college_requests_total{method="GET",route="/metrics",status="200"}']


@pytest.mark.usefixtures("watched_app")
@pytest.mark.parametrize("given", [None, "", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "é"])
def test_without_the_token_there_are_no_figures(browse: Browse, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = browse().get("/metrics", headers=headers)
    assert (answer.status_code, "college_" in answer.text) == (401, False)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_where_no_token_is_set_there_is_no_such_page(browse: Browse) -> None:
    assert browse().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@ON_SQLITE
def test_a_college_without_its_database_still_says_what_was_counted(tmp_path: Path) -> None:
    site = create_app(
        {
            "COLLEGE_DATABASE_URL": f"sqlite:///{tmp_path}/no/college.sqlite",
            "COLLEGE_METRICS_TOKEN": TOKEN,
        }
    )
    site.extensions[COUNTS] = Counts(tmp_path)
    visitor = site.test_client()
    visitor.get("/healthz", buffered=True)
    answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "\ncollege_up 0\n" in answer.text
    assert 'college_requests_total{method="GET",route="/healthz",status="200"} 1\n' in answer.text
