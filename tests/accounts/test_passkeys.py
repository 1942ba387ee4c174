"""What a device is asked comes from our own settings; what it answers is never a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from recovery_college.accounts import passkeys
from recovery_college.accounts.factors import (
    KnownPasskey,
    NoPasskeysHere,
    PasskeyStopped,
    WrongPasskey,
)
from recovery_college.accounts.models import Passkey, Person
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")
ASKED = b"a" * 32


@pytest.fixture(autouse=True)
def elsewhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A browser that says it is at another host than ours."""
    monkeypatch.setitem(app.config, "BASE_URL", "https://college.example:8443/under")
    with app.test_request_context(base_url="https://evil.example"):
        yield


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org", called="Addie")


KEY = Passkey(credential_id=b"\xfb\xff", public_key=b"", sign_count=0, name="My phone")


def test_a_challenge_is_of_one_visit_and_one_purpose_and_can_t_be_guessed() -> None:
    kinds = [("secret", "make", "v1"), ("secret", "prove", "v1"), ("secret", "make", "v2")]
    kinds.append(("another", "make", "v1"))
    made = {passkeys.challenge(*kind) for kind in kinds}
    assert (len(made), {len(each) for each in made}) == (4, {32})
    assert passkeys.challenge(*kinds[0]) in made


def test_the_offer_to_make_one_names_us_by_our_setting_and_what_is_there_already(
    ada: Person,
) -> None:
    offer = json.loads(passkeys.offer_to_make(ASKED, ada, "Harbour", [KEY]))
    assert offer["rp"] == {"id": "college.example", "name": "Harbour"}
    assert (offer["user"]["name"], offer["user"]["displayName"]) == ("ada@example.org", "Addie")
    assert [each["id"] for each in offer["excludeCredentials"]] == ["-_8"]
    assert str(ada.id) not in offer["user"]["id"]


def test_the_offer_to_prove_asks_for_ones_own() -> None:
    offer = json.loads(passkeys.offer_to_prove(ASKED, [KEY]))
    assert offer["rpId"] == "college.example"
    assert [each["id"] for each in offer["allowCredentials"]] == ["-_8"]


@pytest.mark.parametrize(
    "typed", ["", "{", "[]", "1", "null", '"x"', "{" * 50_000, '{"a": ' + '"b" ' * 20_000]
)
def test_what_is_no_answer_is_a_wrong_passkey(typed: str) -> None:
    with pytest.raises(WrongPasskey):
        passkeys.read(typed)


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ("NotAllowedError", PasskeyStopped),
        ("AbortError", PasskeyStopped),
        ("InvalidStateError", KnownPasskey),
        ("NotSupportedError", NoPasskeysHere),
        ("TypeError", NoPasskeysHere),
        ("OtherError", WrongPasskey),
        (["x"], WrongPasskey),
        (None, WrongPasskey),
    ],
)
def test_what_a_device_says_went_wrong_has_its_sentence(
    fault: object, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        passkeys.read(json.dumps({"fault": fault}))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": "a", "rawId": "a", "type": "public-key", "response": {}},
        {"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}},
        {"id": 1, "rawId": [], "type": None, "response": "x"},
    ],
)
def test_an_answer_without_what_it_must_have_is_a_wrong_passkey(answer: dict[str, Any]) -> None:
    with pytest.raises(WrongPasskey):
        passkeys.made(answer, ASKED)
    with pytest.raises(WrongPasskey):
        passkeys.proven(answer, ASKED, b"", 0)
