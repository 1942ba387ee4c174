"""Visitors of a site of which parts are away now and then, and what each of them was told."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic, sleep

import requests

from tests.enrolment.crowd import Somebody

PATIENCE = 60  # seconds


@dataclass
class Seen:
    """What the clients of it all were told."""

    answers: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)

    def note(self, ask: Callable[[], requests.Response], wanted: int) -> requests.Response | None:
        """The answer that is wanted; "come again" and a line that broke are none, and clean."""
        try:
            answer = ask()
        except requests.RequestException as broke:
            self.answers[type(broke).__name__] += 1
            return None
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == wanted:
            return answer
        says_when = "Retry-After" in answer.headers and "right now</h1>" in answer.text
        if answer.status_code != 503 or not says_when:
            self.unclean.append(f"{answer.status_code} {answer.request.method} {answer.text}")
        return None

    def ask_until(self, ask: Callable[[], requests.Response], wanted: int) -> requests.Response:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            answer = self.note(ask, wanted)
            if answer is not None:
                return answer
            sleep(0.2)
        raise AssertionError("never answered")


def enrol(somebody: Somebody, run_id: int, seen: Seen) -> str:
    """Opens the form, and sends the same again until there is a place."""
    seen.ask_until(lambda: somebody.open(run_id), 200)
    return seen.ask_until(somebody.press, 302).headers["Location"]


def look_around(site: str, seen: Seen, stop: Event) -> None:
    while not stop.wait(0.05):
        seen.note(lambda: requests.get(f"{site}/courses", timeout=PATIENCE), 200)


@contextmanager
def beside(deed: Callable[..., None], *given: object) -> Iterator[None]:
    """Does it meanwhile, again and again."""
    stop = Event()
    doing = Thread(target=deed, args=(*given, stop))
    doing.start()
    try:
        yield
    finally:
        stop.set()
        doing.join()
