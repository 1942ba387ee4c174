"""What others may see of a message tells nothing, in every one of them and by every channel.

And to somebody who wants everything neutral, nothing in it does. All is made by the builders by
which it is sent, of what the office reads as previews.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest
import time_machine
from flask import Flask
from jinja2 import meta

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.calendars.feeds import made
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.desks.letters import Print, letters_of, typeset
from recovery_college.desks.previews import Asked, Like, Preview, preview_of
from recovery_college.desks.samples import NOTICES
from recovery_college.messages.letters import letter
from recovery_college.messages.rules import Channel
from tests.conftest import ON_SQLITE, Browse
from tests.factories import NOW, make_person

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]
TITLE = "Zzz: sleeping tight"
TRUST = "Long Name of the Quay Trust"
TELLING = re.compile(f"{TITLE}|{TRUST}|recovery|mental|health", re.IGNORECASE)
PLACES = re.compile("Blue Room|Quay House")
ALL = [
    pytest.param(name, way, id=f"{name} by {way}")
    for name, notice in NOTICES.items()
    for way in notice.ways
]
SITE = "https://college.example.org"


@pytest.fixture(autouse=True)
def in_may(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "BASE_URL", SITE)
    with time_machine.travel(NOW, tick=False):
        yield


def the_quay() -> College:
    return College(TRUST, short_name="Quay")


def preview(name: str, way: Channel, like: Like) -> Preview:
    return preview_of(Asked(name, like, way, TITLE), the_quay(), clock.now())


def mail_of(shown: Preview) -> EmailMessage:
    return message_from_bytes(letter(shown.message).as_bytes(), policy=policy.default)


def inside(mail: EmailMessage) -> dict[str, str]:
    """What each part says, by its kind; of the HTML, what is read."""
    parts = (part for part in mail.walk() if not part.is_multipart())
    said = {part.get_content_type(): bytes(part.get_payload(decode=True) or b"") for part in parts}
    return {kind: words.decode() for kind, words in said.items()}


def read(html: str) -> str:
    """Without its marks."""
    body = html.partition("<body>")[2]
    return " ".join(unescape(re.sub("<[^>]*>", " ", body)).split())


def outside(shown: Preview) -> list[str]:
    """All that somebody sees who passes by."""
    message = shown.message
    if message.channel is Channel.TEXT:
        return [message.body]
    if message.channel is Channel.LETTER:
        return letters_of([message], {0: shown.person})[0].envelope
    if message.channel is Channel.CALL:
        return [message.subject, message.body[:100]]
    mail = mail_of(shown)
    said = inside(mail)
    names = [part.get_filename() or "" for part in mail.walk()]
    headers = [f"{name}: {value}" for name, value in mail.items()]
    return [*headers, *names, said["text/plain"][:100], read(said["text/html"])[:100], *feed(shown)]


def feed(shown: Preview) -> list[str]:
    """What a calendar shows at a glance: in the invite and in a feed."""
    if shown.entry is None:
        return []
    lines = unfolded(made([shown.entry], the_quay()).decode()) + unfolded(
        shown.message.calendar or ""
    )
    return [each for each in lines if not each.startswith(("DESCRIPTION:", "LOCATION:"))]


def unfolded(calendar: str) -> list[str]:
    return calendar.replace("\r\n ", "").splitlines()


def print_of(shown: Preview) -> str:
    letters = letters_of([shown.message], {0: shown.person})
    return typeset(letters, the_quay(), SITE, Print.NORMAL)


def whole(shown: Preview) -> list[str]:
    if shown.message.channel is Channel.EMAIL:
        calendar = unfolded(shown.message.calendar or "")
        return [*outside(shown), *inside(mail_of(shown)).values(), *calendar]
    if shown.message.channel is Channel.LETTER:
        return [print_of(shown)]
    return [shown.message.body]


@pytest.mark.parametrize(("name", "way"), ALL)
def test_outside_it_tells_nothing_and_kept_neutral_it_tells_nothing_anywhere(
    name: str, way: Channel
) -> None:
    for like in Like:
        shown = preview(name, way, like)
        assert [each for each in outside(shown) if TELLING.search(each)] == []
    assert [each for each in whole(shown) if TELLING.search(each) or PLACES.search(each)] == []


def test_the_words_inside_are_clear_so_that_the_test_above_looks_at_something() -> None:
    clear = preview("place_confirmed", Channel.EMAIL, Like.DISCREET)
    words = inside(mail_of(clear))
    assert TITLE in words["text/plain"]
    assert TITLE in read(words["text/html"])
    assert TITLE in "".join(unfolded(clear.message.calendar or "")).replace("\\", "")
    assert "SUMMARY:Quay" in feed(clear)
    assert TITLE in print_of(preview("place_confirmed", Channel.LETTER, Like.DISCREET))


def test_every_file_of_words_has_its_preview_but_for_what_others_are_made_of(app: Flask) -> None:
    found = app.jinja_env.list_templates(filter_func=lambda name: name.startswith("messages/"))
    parts = {part for name in found for part in parts_of(app, name)}
    shown = {
        f"messages/texts/{name}.txt" if way is Channel.TEXT else f"messages/{name}.txt"
        for name, notice in NOTICES.items()
        for way in notice.ways
    }
    assert shown == set(found) - parts


def parts_of(app: Flask, name: str) -> set[str]:
    assert app.jinja_env.loader
    source, *_ = app.jinja_env.loader.get_source(app.jinja_env, name)
    return {part or "" for part in meta.find_referenced_templates(app.jinja_env.parse(source))}


def test_the_office_reads_each_as_somebody_invented_has_it(browse: Browse) -> None:
    browser = browse(make_person("Dee", Role.DESK))
    for name, notice in NOTICES.items():
        page = browser.get(f"/office/messages/words?notice={name}&like=neutral").text
        assert f">{notice.heading}</h2>" in page
        assert f"this is {the_college().short_name}." in page
    for way, words in {
        "email": "As plain text",
        "text": "characters</p>",
        "letter": "Dear Ada,",
        "call": "What to tell them",
    }.items():
        page = browser.get(f"/office/messages/words?notice=place_offered&by={way}").text
        assert words in page
    page = browser.get("/office/messages/words?notice=goodbye&by=letter").text
    assert "This does not come that way. By e-mail it says:" in page
    for nonsense in ("notice=frame", "like=x", "by=x", "notice=../x"):
        assert browser.get(f"/office/messages/words?{nonsense}").status_code == 200
