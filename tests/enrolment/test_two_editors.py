"""Two of the office save one session in the same moment: nothing is overwritten unseen."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import requests
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.database import db
from recovery_college.scheduling.models import Session
from tests.enrolment.crowd import PATIENCE, cookie_of, serving
from tests.factories import make_person, make_run, make_visit
from tests.markup import seen

FULL = os.environ.get("PROOF") == "full"
RACES = 500 if FULL else 10
College = tuple[Flask, dict[str, str]]


@dataclass
class Editor:
    """One of the office, with the session's page open before them."""

    address: str
    cookies: dict[str, str]
    typed: dict[str, str]

    def open(self) -> None:
        answer = requests.get(self.address, cookies=self.cookies, timeout=PATIENCE)
        self.cookies |= {each.name: each.value or "" for each in answer.cookies}
        self.read(answer.text)

    def read(self, page: str) -> None:
        """What the page sends along unseen: the token, and what was shown."""
        token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
        self.typed |= {"csrf_token": token, "seen": seen(page)}

    def save(self, link: str) -> requests.Response:
        return requests.post(
            self.address,
            data=self.typed | {"link": link},
            cookies=self.cookies,
            headers={"Referer": self.address},
            timeout=PATIENCE,
            allow_redirects=False,
        )


def make_editors(app: Flask, site: str, session: Session) -> list[Editor]:
    """They change where it meets online, and leave all else as it is."""
    typed = {
        "day": f"{session.day}",
        "starts": f"{session.starts:%H:%M}",
        "ends": f"{session.ends:%H:%M}",
        "room_id": str(session.room_id),
    }
    address, name = f"{site}/office/sessions/{session.id}", str(app.config["SESSION_COOKIE_NAME"])
    keys = [make_visit(make_person(who, Role.DESK)).key for who in ("Dee", "Olu")]
    return [Editor(address, {name: cookie_of(app, key)}, dict(typed)) for key in keys]


def test_the_second_sees_both_versions_and_keeps_what_they_typed(college: College) -> None:
    app, environ = college
    first_day = (clock.now() + timedelta(days=40)).date()
    session = make_run(first=first_day).sessions[0]
    kept = select(Session.link).where(Session.id == session.id)
    with serving(environ) as server, ThreadPoolExecutor(2) as pressing:
        editors = make_editors(app, server.site, session)
        db.session.remove()
        for race in range(RACES):
            links = [f"https://example.org/{race}/{who}" for who in ("dee", "olu")]
            list(pressing.map(Editor.open, editors))
            answers = list(pressing.map(Editor.save, editors, links))
            statuses = [answer.status_code for answer in answers]
            assert sorted(statuses) == [302, 422], race
            winner, loser = statuses.index(302), statuses.index(422)
            assert db.session.scalar(kept) == links[winner]
            db.session.remove()
            page = unescape(answers[loser].text)
            assert f"This is now: {links[winner]}" in page
            assert f'value="{links[loser]}"' in page
            editors[loser].read(answers[loser].text)
            assert editors[loser].save(links[loser]).status_code == 302
            assert db.session.scalar(kept) == links[loser]
            db.session.remove()
