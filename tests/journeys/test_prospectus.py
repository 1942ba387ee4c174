"""Somebody looks for a course, on a phone without scripts or at a desk."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/courses",
    "/courses?page=2",
    "/courses?q=sleeping",
    "/courses?q=zebra",
    "/courses?day=mon&venue=harbour-hall",
    "/courses/sleeping-well",
    "/venues",
    "/venues/harbour-hall",
    "/talk-now",
    "/privacy",
    "/security",
    "/accessibility",
    "/no-such-page",
]


@ON_SQLITE
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (DESK, True)])
def test_from_the_front_page_to_the_door(visit: Visit, width: int, scripts: bool) -> None:
    page = visit(width, scripts=scripts)
    page.goto("/")
    page.get_by_role("link", name="Courses", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a course")

    page.get_by_label("What are you interested in?").fill("sleping")
    page.get_by_role("button", name="Find courses").click()
    expect(page.get_by_role("heading", level=3)).to_have_text(["Sleeping well"])

    page.get_by_text("Choose a day, a time or a place").click()
    page.get_by_label("Day").select_option("Monday")
    page.get_by_role("button", name="Find courses").click()
    assert "day=mon" in page.url
    expect(page.get_by_label("Day")).to_have_value("mon")

    page.get_by_role("link", name="Sleeping well").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sleeping well")
    expect(page.get_by_text("7 June").first).to_be_visible()

    page.get_by_role("link", name="What it\u2019s like at Harbour Hall").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Hall")
    expect(page.get_by_text("five minutes along the water")).to_be_visible()


@ON_SQLITE
@pytest.mark.parametrize("address", PAGES)
def test_no_page_gives_axe_or_a_narrow_screen_cause_to_complain(visit: Visit, address: str) -> None:
    page, found = visit(), {}
    page.goto(address)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = (axe_violations(page), scrolls_sideways(page))
    assert found == {PHONE: ([], False), DESK: ([], False)}
