"""Several people doing something in the same moment, each with a session of their own."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from recovery_college.database import db


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """What came of each: its result, or what it raised. For tests that commit `for_real`."""
    together = Barrier(len(deeds), timeout=60)
    came: list[object] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        with app.test_request_context():
            together.wait()
            try:
                came[place] = deed()
            except BaseException as fault:  # a thread's fault is nobody's, unless it is handed on
                came[place] = fault
            db.session.remove()

    db.session.remove()
    threads = [Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came
