"""How the application is put together."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

from recovery_college.app import create_app


@pytest.fixture
def site() -> Flask:
    """With a database that is never asked."""
    return create_app({"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"})


def test_markup_is_escaped_and_plain_text_is_not(site: Flask) -> None:
    escapes = site.jinja_env.autoescape
    assert callable(escapes)
    assert [escapes(name) for name in ("home.html", "sitemap.xml", "a.jinja", None)] == [True] * 4
    assert escapes("robots.txt") is False


def test_a_slip_in_a_template_is_no_empty_space(site: Flask) -> None:
    with site.test_request_context(), pytest.raises(UndefinedError, match="colege"):
        render_template_string("{{ colege.name }}")


def test_every_address_of_this_step_is_there(site: Flask) -> None:
    promised = {
        "/",
        "/accessibility",
        "/courses",
        "/courses/<slug:slug>",
        "/courses/<slug:slug>.ics",
        "/healthz",
        "/privacy",
        "/prospectus.pdf",
        "/readyz",
        "/robots.txt",
        "/sitemap.xml",
        "/talk-now",
        "/venues",
        "/venues/<slug:slug>",
        "/venues/<slug:slug>/door",
    }
    assert promised <= {rule.rule for rule in site.url_map.iter_rules()}


def test_what_is_set_for_one_application_stays_there(site: Flask) -> None:
    other = create_app({}, TESTING=True)
    assert (site.testing, other.testing) == (False, True)
    assert site.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] is True
