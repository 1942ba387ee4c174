"""Whatever somebody types, they are told in a sentence, and what they typed stays."""

from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
FIELDS = {
    "/join": ("name", "called", "pronouns"),
    "/join/reach": ("email", "phone", "address", "contact_by", "contact_when"),
    "/join/helps": ("needs", "emergency_contact"),
    "/join/reasons": ("reasons",),
    "/my/details/names": ("name", "called", "pronouns"),
    "/my/details/email": ("email",),
    "/my/details/reach": ("phone", "address", "contact_by", "contact_when"),
    "/my/details/helps": ("needs", "emergency_contact"),
    "/my/details/reasons": ("reasons",),
    "/my/details/equality": ("age", "religion"),
    "/my/details/restrict": ("manager",),
}
NONSENSE = {
    "nothing": b"",
    "a zero byte": b"a\x00b",
    "half of a pair": b"\xed\xa0\x80",
    "no text": b"\xff\xfe",
    "lines": b"Ada\r\nBcc: all@example.org",
    "ten thousand letters": b"a" * 10_001,
    "unseen": "\u200d\u200b\u202e\ufeff".encode(),
    "right to left": "\u202eمحمد علي".encode(),
    "emoji": "🌻👩🏽\u200d🔬".encode(),
    "markup": b"<script>alert(1)</script>",
    "SQL": b"'; DROP TABLE person; --",
    "a number": b"99999999999999999999",
    "a template": b"{{ 7 * 7 }}{% raw %}",
}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ready(browse: Browse, address: str) -> Browser:
    """Somebody who stands before that page."""
    if address.startswith("/my"):
        return browse(make_person("Ada Osei", email="ada@example.org"))
    browser = browse()
    if address != "/join":
        browser.post("/join", data={"name": "Ada Osei", "over_18": "y"})
    return browser


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize("address", FIELDS)
def test_nonsense_is_answered_with_a_page(browse: Browse, address: str, nonsense: bytes) -> None:
    browser = ready(browse, address)
    form = browser.get(address).text
    shown = seen(form) if 'name="seen"' in form else ""
    known = {"csrf_token": browser.token(), "seen": shown, "over_18": "y"}
    pairs = [f"{quote(name)}={quote(value)}" for name, value in known.items()]
    pairs += [f"{name}={quote(nonsense)}" for name in FIELDS[address]]
    page = browser.open(
        address,
        method="POST",
        data="&".join(pairs),
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code in (302, 422)
    if page.status_code == 422:
        assert "We kept everything you typed." in page.text
        assert "<script>" not in page.text
    assert browser.get("/my/details").status_code in (200, 302)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("X", "X"),
        ("Sun", "Sun"),
        ("  Ada \t Osei ", "Ada Osei"),
        ("Zoë 🌻 Ålund", "Zoë 🌻 Ålund"),
        ("👩🏽\u200d🔬", "👩🏽\u200d🔬"),
        ("\u202eمحمد علي", "محمد علي"),
        ("Ada\r\nBcc: all@example.org\x00", "Ada Bcc: all@example.org"),
        ("a" * 200, "a" * 200),
    ],
)
def test_any_name_that_can_be_seen_is_a_name(browse: Browse, name: str, kept: str) -> None:
    browser = browse()
    assert browser.post("/join", data={"name": name, "over_18": "y"}).status_code == 302
    assert db.session.scalars(select(Person.name)).all() == [kept]
    assert kept in unescape(browser.get("/my/details").text)


@pytest.mark.parametrize("name", ["", "  ", "\x00", "\u200d", "\u200b \u200d"])
def test_what_nobody_can_see_is_no_name(browse: Browse, name: str) -> None:
    page = browse().post("/join", data={"name": name, "called": "Addie", "over_18": "y"})
    assert (page.status_code, page.text.count("Tell us your name.")) == (422, 2)
    assert 'value="Addie"' in page.text
    assert 'value="y" checked' in page.text


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "ada@",
        "ada@example",
        "a b@example.org",
        "ada@example.org, bo@example.org",
        "ada@example.org\r\nBcc: all@example.org",
        "zoë@example.org",
        "<ada@example.org>",
        "Ada <ada@example.org>",
    ],
)
def test_what_is_no_address_is_said_beside_it_and_stays(browse: Browse, email: str) -> None:
    browser = ready(browse, "/join/reach")
    typed = {
        "email": email,
        "phone": "01632 960 999",
        "seen": seen(browser.get("/join/reach").text),
    }
    page = browser.post("/join/reach", data=typed)
    assert (page.status_code, page.text.count("This is not an e-mail address.")) == (422, 2)
    assert f'value="{" ".join(email.split())}"' in unescape(page.text)
    assert 'value="01632 960 999"' in page.text


@pytest.mark.parametrize("email", ["Ada+courses@Example.ORG", "a@b.co", "o'neill@example.org"])
def test_an_address_is_kept_as_it_was_typed(browse: Browse, email: str) -> None:
    browser = ready(browse, "/join/reach")
    typed = {"email": f" {email} ", "seen": seen(browser.get("/join/reach").text)}
    assert browser.post("/join/reach", data=typed).status_code == 302
    assert db.session.scalars(select(Person.email)).all() == [email]


def test_nobody_writes_more_into_a_form_than_it_asks(browse: Browse) -> None:
    browser = ready(browse, "/my/details/names")
    more = {"restricted_to_id": "1", "roles": "manager", "joined_at": "", "id": "1", "email": "x"}
    shown = seen(browser.get("/my/details/names").text)
    browser.post("/my/details/names", data={"name": "Ada", "seen": shown} | more)
    ada = db.session.scalars(select(Person)).one()
    assert (ada.name, ada.roles, ada.email, ada.restricted_to_id) == (
        "Ada",
        frozenset(),
        "ada@example.org",
        None,
    )
