"""Another organisation that signs people on."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.oidc_provider import Provider, provider, set_up


@pytest.fixture
def organisation(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with provider() as there:
        set_up(app, monkeypatch, there.address)
        yield there
