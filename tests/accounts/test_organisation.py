"""What is believed of another organisation's word, against a real provider on this machine."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from joserfc.jwk import RSAKey

from recovery_college.accounts import organisation as commands
from recovery_college.accounts.commands.signing_on import (
    NotBegunHere,
    NotVouched,
    OrganisationAway,
    OrganisationRefused,
    Vouched,
)
from recovery_college.accounts.organisation import LASTS, Begun
from tests.factories import NOW
from tests.oidc_provider import CLIENT, Provider, key_called, set_up, signed_on_there

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller, app.test_request_context():
        yield traveller


def there() -> tuple[Begun, dict[str, str]]:
    """The way that was begun, and the words with which they come back."""
    address, way = commands.begin("/my")
    back = parse_qs(urlsplit(signed_on_there(address)).query)
    return way, {name: values[0] for name, values in back.items()}


def vouched() -> Vouched:
    return commands.vouched(*there())


def test_it_says_who_somebody_is_and_where_they_are_reached(organisation: Provider) -> None:
    assert vouched() == Vouched(organisation.address, "ada", ADA, ADA)


def test_what_is_sent_there_is_new_each_time_and_holds_the_challenge_and_no_verifier(
    organisation: Provider,
) -> None:
    (first, one), (second, two) = commands.begin(""), commands.begin("")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(first).query).items()}
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email")
    assert one.code_verifier not in first
    kept = {one.state, one.nonce, one.code_verifier, two.state, two.nonce, two.code_verifier}
    assert (len(kept), first.startswith(f"{organisation.address}/authorize?")) == (6, True)
    assert second != first


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ({"email_verified": "true"}, ADA),
        ({"email_verified": False}, ""),
        ({"email_verified": "false"}, ""),
        ({"email": None}, ""),
    ],
)
def test_only_an_address_that_it_has_verified_counts(
    organisation: Provider, said: dict[str, Any], email: str
) -> None:
    organisation.claims |= said
    assert vouched().email == email


@pytest.mark.parametrize(
    ("told", "email"),
    [
        ({"sub": "ada", "email": ADA, "email_verified": True}, ADA),
        ({"sub": "ada", "email": ADA}, ""),
        ({"sub": "eve", "email": ADA, "email_verified": True}, ""),
        ({"sub": "ada"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_an_address_that_is_not_in_the_token_is_asked_for(
    organisation: Provider, told: dict[str, Any] | None, email: str
) -> None:
    organisation.claims = {"sub": "ada"}
    organisation.told = told
    assert vouched().email == email
    assert organisation.seen.count("/userinfo") == 1


def test_what_the_token_says_whole_is_not_asked_for_again(organisation: Provider) -> None:
    vouched()
    assert "/userinfo" not in organisation.seen


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": {"nonce": "another"}},
        {"id": {"aud": "another"}},
        {"id": {"aud": "another", "azp": CLIENT}},
        {"id": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"id": {"iss": "https://another.example"}},
        {"id": {"exp": 1}},
        {"id": {"iat": 2_000_000_000}},
        {"id": {"sub": None}},
        {"key": key_called("1", "another")},
        {"unsigned": True},
    ],
    ids=[
        "nonce",
        "audience",
        "audience and our azp",
        "azp",
        "issuer",
        "expired",
        "from the future",
        "nobody",
        "signature",
        "unsigned",
    ],
)
def test_a_token_that_is_not_as_it_must_be_is_not_believed(
    organisation: Provider, wrong: dict[str, Any]
) -> None:
    organisation.wrong = wrong
    with pytest.raises(NotVouched) as refused:
        vouched()
    assert type(refused.value) is NotVouched


def test_an_issuer_that_discovery_makes_up_is_not_believed(
    app: Flask, organisation: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(app, monkeypatch, organisation.address.replace("127.0.0.1", "localhost"))
    with pytest.raises(NotVouched):
        vouched()


@pytest.mark.usefixtures("organisation")
def test_a_code_is_worth_nothing_twice_or_without_its_verifier() -> None:
    way, said = there()
    assert commands.vouched(way, said).subject == "ada"
    with pytest.raises(NotVouched):
        commands.vouched(way, said)
    _, others = there()
    with pytest.raises(NotVouched):
        commands.vouched(way, others)
    with pytest.raises(NotVouched):
        commands.vouched(way, {})


def test_a_new_key_is_fetched_once_and_one_that_it_does_not_show_is_refused(
    organisation: Provider,
) -> None:
    vouched(), vouched()
    assert organisation.seen.count("/keys") == 1
    organisation.key = key_called("2")
    vouched(), vouched()
    assert organisation.seen.count("/keys") == 2
    organisation.shown, organisation.key = [organisation.key], key_called("3")
    with pytest.raises(NotVouched):
        vouched()
    assert organisation.seen.count("/keys") == 3


def test_the_old_key_still_counts_while_it_is_shown_beside_the_new(organisation: Provider) -> None:
    old: RSAKey = organisation.key
    organisation.shown = [old, key_called("2")]
    vouched()
    organisation.key = organisation.shown[1]
    assert vouched().subject == "ada"
    assert organisation.seen.count("/keys") == 1


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        ("access_denied", OrganisationRefused),
        ("login_required", OrganisationRefused),
        ("server_error", OrganisationAway),
        ("temporarily_unavailable", OrganisationAway),
    ],
)
def test_what_went_wrong_over_there_is_told_apart(
    organisation: Provider, error: str, refused: type[NotVouched]
) -> None:
    organisation.wrong = {"back": {"error": error}}
    with pytest.raises(refused):
        vouched()


def test_an_organisation_that_is_away_before_or_after_is_away(
    app: Flask, organisation: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation.wrong = {"status": 503}
    with pytest.raises(OrganisationAway):
        vouched()
    set_up(app, monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(OrganisationAway):
        commands.begin("")


@pytest.mark.usefixtures("organisation")
def test_what_the_browser_keeps_opens_for_its_own_state_and_for_half_an_hour(
    in_may: time_machine.Traveller,
) -> None:
    _, way = commands.begin("/my/details", 7)
    assert commands.begun(way.sealed(), way.state) == way
    sealed = way.sealed()
    for wrong, state in ((sealed, "another"), (sealed[:-1], way.state), ("", way.state), ("", "")):
        with pytest.raises(NotBegunHere):
            commands.begun(wrong, state)
    in_may.shift(LASTS + 1)
    with pytest.raises(NotBegunHere):
        commands.begun(sealed, way.state)


@pytest.mark.usefixtures("organisation")
def test_a_way_on_that_would_make_the_cookie_long_is_left_out() -> None:
    assert [len(commands.begin("/" * n)[1].way_on) for n in (400, 401)] == [400, 0]
