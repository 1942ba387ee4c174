"""The README's pictures: the list at a desk, a course on a phone, and a term in the life of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Page

from recovery_college.app import create_app
from tests.browser import chromium, serving, visitor

PICTURES = Path(__file__).parent / "pictures"
LIFE = Path(__file__).parent.parent / "tests" / "journeys" / "test_term.py"
TERM = ("2-asked-lived", "4-waiting", "5-offered", "7-without-signal", "9-reported")
HEAVIEST = 200_000  # bytes, so that the README opens quickly


def main() -> None:
    with TemporaryDirectory() as home:
        address = {"COLLEGE_DATABASE_URL": f"sqlite:///{home}/college.sqlite"}
        for command in (["db", "upgrade"], ["demo"]):
            flask = [sys.executable, "-m", "flask", *command]
            subprocess.run(flask, env=os.environ | address, check=True)  # noqa: S603
        take_pictures(create_app(address))
        live_a_term(Path(home))


def take_pictures(app: Flask) -> None:
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser, serving(app) as site:
        with visitor(browser, site, width=1280) as page:
            page.goto("/courses")
            keep(page, "courses-1280.png", width=1280, height=1250)
        with visitor(browser, site, width=390) as page:
            page.goto("/courses")
            page.locator(".c-course h3 a").first.click()
            page.wait_for_load_state()
            keep(page, "course-390.png", width=390, height=1100)


def live_a_term(folder: Path) -> None:
    """The journey leaves a picture of each step; the README shows some."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", str(LIFE)]
    subprocess.run(command, env=os.environ | {"SHOTS": str(folder)}, check=True)  # noqa: S603
    for name in TERM:
        shutil.copy(folder / f"{name}.png", PICTURES / f"term-{name}.png")


def keep(page: Page, name: str, *, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    picture = page.screenshot()
    if len(picture) > HEAVIEST:
        sys.exit(f"{name} is {len(picture):,} bytes, more than {HEAVIEST:,}.")
    (PICTURES / name).write_bytes(picture)


main()
