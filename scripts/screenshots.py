"""Two pictures of the invented college: the list at a desk, a course on a phone."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Page

from recovery_college.app import create_app
from tests.browser import chromium, serving, visitor

PICTURES = Path(__file__).parent / "pictures"
HEAVIEST = 200_000  # bytes, so that the README opens quickly


def main() -> None:
    with TemporaryDirectory() as home:
        address = {"COLLEGE_DATABASE_URL": f"sqlite:///{home}/college.sqlite"}
        for command in (["db", "upgrade"], ["demo"]):
            flask = [sys.executable, "-m", "flask", *command]
            subprocess.run(flask, env=os.environ | address, check=True)  # noqa: S603
        take_pictures(create_app(address))


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


def keep(page: Page, name: str, *, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    picture = page.screenshot()
    if len(picture) > HEAVIEST:
        sys.exit(f"{name} is {len(picture):,} bytes, more than {HEAVIEST:,}.")
    (PICTURES / name).write_bytes(picture)


main()
