"""Who opens what: every page, for everybody there can be. The table is made by asking them all.

A new page takes a line in `walls.txt`; WALLS=anew writes it, to be read. What somebody is
refused looks to them as if it weren't there, to the byte.
"""

import os
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from recovery_college import clock
from recovery_college.accounts.models import Agreement, Passkey, Person, RingFirst
from recovery_college.accounts.rules import Role, Side
from recovery_college.attendance.models import Certificate, FeedbackTicket, Welcome
from recovery_college.calendars.models import FeedKey, IncomingMail
from recovery_college.calendars.rules import MailKind, MailState
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Decision
from recovery_college.database import Model, db, transaction
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.intake.models import ImportUpload
from recovery_college.messages.rules import Channel
from recovery_college.privacy.models import DataCopy, MergedPerson
from recovery_college.reports.models import SavedReturn
from recovery_college.scheduling.models import CoverCall, ProposedSlot, TimeProposal, Venue
from recovery_college.tutors.models import (
    BusyCalendar,
    HoursSheet,
    Teaches,
    TrainingStep,
    TutorAway,
    TutorWindow,
    WorkEntry,
)
from recovery_college.tutors.rules import Work
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import (
    NOW,
    make_course,
    make_message,
    make_person,
    make_run,
    make_term,
    make_tutor,
    make_visit,
)

TABLE = Path(__file__).with_name("walls.txt")
HEAD = 3  # lines of the table that explain it
ABSENT = 10**8
MOVES = {"Date", "Set-Cookie", "Content-Length"}  # headers that differ by themselves


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class College:
    """Somebody of every kind, and a row of everything, most of it Ada's.

    Ada has restricted her record to Nia. Tia teaches the session, Tom another.
    """

    def __init__(self, app: Flask, browse: Browse) -> None:
        self.app, self.browse = app, browse
        nia = make_person("Nia Cole", Role.MANAGER, email="nia@example.org")
        ada = make_person("Ada Osei", email="ada@example.org", restricted_to_id=nia.id)
        tia, tom = make_tutor(Side.LIVED, name="Tia Bell"), make_tutor(name="Tom Hill")
        with transaction():
            for tutor in (tia, tom):
                tutor.person.role_rows = make_person("x", Role.TUTOR).role_rows
        people = {
            "nobody": None,
            "Ada, whose it is": ada,
            "another student": make_person("Bo Lind", email="bo@example.org"),
            "the session's tutor": tia.person,
            "another tutor": tom.person,
            "the desk": make_person("Dee Hart", Role.DESK, email="dee@example.org"),
            "a manager": make_person("Olu Bankole", Role.MANAGER, email="olu@example.org"),
            "the one named manager": nia,
        }
        keys = {name: make_visit(each).key if each else None for name, each in people.items()}
        self.cookies = {name: self.cookie(key) for name, key in keys.items()}
        self.ids = self._rows(ada, nia, tia)
        venue = db.session.get_one(Venue, self.ids["venue_id"])
        self.slugs = dict.fromkeys(("prospectus.venue", "prospectus.door"), venue.slug)
        self.slugs["desks.settings_section"] = "pairs"
        self.slugs["desks.seek_cover"] = "lived"
        endings = ("report", "report_csv", "report_pdf", "report_xlsx", "sessions")
        self.slugs |= {f"reports.{each}": "attendance" for each in endings}
        self.slugs["reports.runs_behind"] = "places"

    def _rows(self, ada: Person, nia: Person, tia: Any) -> dict[str, int]:
        now, course = clock.now(), make_course("Sleeping well")
        run = make_run(course, tutors=(tia,))
        place = enrol(ada, ada, Request(run), the_college())
        rows: dict[str, Model] = {
            "version_id": Agreement(we_promise="Tea", we_ask="Kindness", made_at=now),
            "passkey_id": Passkey(
                person_id=ada.id,
                credential_id=b"c",
                public_key=b"p",
                sign_count=0,
                name="Phone",
                made_at=now,
            ),
            "copy_id": DataCopy(
                person_id=ada.id,
                asked_at=now,
                ends_at=now + timedelta(days=7),
                content=b"zip",
                ready_at=now,
            ),
            "wall_id": RingFirst(person_id=ada.id, review_on=date(2027, 8, 1), set_at=now),
            "upload_id": ImportUpload(
                owner_id=nia.id,
                uploaded_at=now,
                ends_at=now + timedelta(days=1),
                taken_at=now,
                digest="d",
                told={
                    "understood": [],
                    "faults": [],
                    "refused": 0,
                    "notes": [],
                    "differs": [],
                    "absent": [],
                    "taken": "",
                    "filled": "",
                    "standing": "",
                    "changed": False,
                },
            ),
            "feed_key_id": FeedKey(person_id=ada.id, name="Phone", key_digest="d", made_at=now),
            "decision_id": Decision(course_id=course.id, decided_on=now.date(), words="Tea"),
            "window_id": TutorWindow(
                tutor_id=tia.id, weekday=0, starts=time(9), ends=time(17), from_on=now.date()
            ),
            "away_id": TutorAway(tutor_id=tia.id, starts_on=now.date(), ends_on=now.date()),
            "step_id": TrainingStep(tutor_id=tia.id, name="Facilitation"),
            "calendar_id": BusyCalendar(tutor_id=tia.id, link=b"sealed", added_at=now),
            "entry_id": WorkEntry(
                tutor_id=tia.id, worked_on=now.date(), kind=Work.TRAVEL, minutes=20
            ),
            "return_id": SavedReturn(period="Spring", made_at=now, content=[]),
            "sheet_id": HoursSheet(
                tutor_id=tia.id, month=date(2027, 4, 1), minutes=0, lines=[], confirmed_at=now
            ),
        }
        rows["call_id"] = CoverCall(
            session_id=run.sessions[0].id,
            side=Side.PROFESSIONAL,
            opened_at=now,
            give_up_at=run.sessions[0].starts_at,
        )
        slot = ProposedSlot(starts_at=run.starts_at, ends_at=run.ends_at)
        proposal = TimeProposal(session_id=run.sessions[0].id, made_by_id=tia.id, made_at=now)
        proposal.slots = [slot]
        rows |= {"proposal_id": proposal, "slot_id": slot}
        rows["welcome_id"] = Welcome(session_id=run.sessions[0].id, name="Sam", made_at=now)
        rows["certificate_id"] = Certificate(
            enrolment_id=place.id,
            made_at=now,
            name="Ada Osei",
            title="Sleeping well",
            shows_title=True,
            minutes=120,
            came=1,
            ran=1,
            percent=70,
            starts_on=now.date(),
            ends_on=now.date(),
        )
        rows["ticket_id"] = FeedbackTicket(enrolment_id=place.id, key_digest="d")
        rows["mail_id"] = IncomingMail(
            digest="m",
            came_at=now,
            kind=MailKind.DECLINED,
            state=MailState.FOR_THE_OFFICE,
            person_id=ada.id,
        )
        merged = MergedPerson(old_id=ABSENT - 1, person_id=ada.id, merged_at=now)
        teaches = Teaches(tutor_id=tia.id, course_id=course.id)
        with transaction():
            db.session.add_all([*rows.values(), merged, teaches])
        return {name: row.id for name, row in rows.items()} | {  # type: ignore[attr-defined]
            "person_id": ada.id,
            "tutor_id": tia.id,
            "other_id": make_person("Cy Moss").id,
            "visit_id": make_visit(ada).id,
            "message_id": make_message(ada).id,
            "contact_id": make_message(ada, channel=Channel.LETTER).id,
            "course_id": course.id,
            "maker_id": course.contributors[0].id,
            "strand_id": course.strand_id,
            "term_id": run.term_id,
            "venue_id": run.sessions[0].room.venue_id if run.sessions[0].room else 0,
            "room_id": run.sessions[0].room_id or 0,
            "run_id": run.id,
            "enrolment_id": place.id,
            "pool_id": place.pool_id,
            "delivery_id": run.sessions[0].deliveries[0].id,
            "session_id": run.sessions[0].id,
        }

    def address(self, rule: Rule, *, absent: bool = False) -> str:
        given: dict[str, Any] = {"key": "pair_by_days" if "default" in rule.rule else "no-such-key"}
        given["code"] = "no-such-code"
        given["slug"] = self.slugs.get(rule.endpoint, "sleeping-well")
        if rule.endpoint == "desks.copy_term":
            given["old_id"] = make_term().id
        given.setdefault("old_id", ABSENT - 1)
        ids = {name: ABSENT for name in rule.arguments if name.endswith("_id")} if absent else {}
        site = self.app.url_map.bind("localhost")
        values = {**given, **self.ids, **ids}
        return site.build(rule.endpoint, {name: values[name] for name in rule.arguments})

    def cookie(self, key: str | None) -> tuple[str, str]:
        """What the device of a visit keeps, and what its forms carry."""
        browser: Browser = self.browse()
        token = browser.token()
        with browser.session_transaction() as kept:
            if key:
                kept["_user_id"] = key
        cookie = browser.get_cookie(str(self.app.config["SESSION_COOKIE_NAME"]))
        assert cookie
        return cookie.value, token

    def ask(self, visitor: str, method: str, address: str) -> TestResponse:
        """As if nothing had been asked before, and nothing of it stays."""
        kept, token = self.cookies[visitor]
        browser: Browser = self.browse()
        browser.set_cookie(str(self.app.config["SESSION_COOKIE_NAME"]), kept)
        typed = {"csrf_token": token} if method == "POST" else None
        engines: Any = db.engines
        db.session.remove()
        undone = engines[None].begin_nested()
        try:
            return browser.open(address, method=method, data=typed)
        finally:
            db.session.remove()
            undone.rollback()


def made_of(answer: TestResponse) -> str:
    """open, sign in first, no, or not there."""
    if answer.status_code == 404:
        return "-"
    if answer.status_code == 403:
        return "n"
    if answer.status_code == 302 and str(answer.location).startswith("/sign-in"):
        return "s"
    return "o" if answer.status_code < 500 else "!"


def plain(answer: TestResponse) -> tuple[object, ...]:
    headers = [(name, value) for name, value in answer.headers if name not in MOVES]
    return answer.status_code, answer.data, headers


@ON_SQLITE
def test_the_table_of_who_opens_what_and_what_is_refused_is_as_if_it_were_not_there(
    app: Flask, browse: Browse
) -> None:
    college, lines, told = College(app, browse), [], []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            address, absent = college.address(rule), college.address(rule, absent=True)
            answers = {name: college.ask(name, method, address) for name in college.cookies}
            signs = "".join(made_of(answer) for answer in answers.values())
            lines.append(f"{rule.endpoint:40} {method:4} {signs}")
            told += [
                (address, name)
                for name, answer in answers.items()
                if made_of(answer) == "-"
                and plain(answer) != plain(college.ask(name, method, absent))
            ]
    assert told == []
    kept = TABLE.read_text().splitlines()
    if os.environ.get("WALLS") == "anew":
        TABLE.write_text("\n".join([*kept[:HEAD], *lines, ""]))
    assert lines == kept[HEAD:]
