"""What it costs to find a time for a pair, without its page: beside the bare page, in one process.

Prints the CPU of each round in milliseconds, the search's and the bare page's, as JSON.
"""

import json
import os
import sys
from collections.abc import Callable
from time import process_time

from sqlalchemy import select

from bench import bare, data
from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.scheduling import proposals, together
from recovery_college.tutors.models import Tutor


def main(rounds: int, times: int) -> None:
    app = create_app({"COLLEGE_DATABASE_URL": os.environ["BENCH_DATABASE_URL"]})
    browser = bare.app.test_client()
    found = []
    with app.app_context():
        person = db.session.scalars(select(Tutor).order_by(Tutor.id).limit(1)).one().person
        college, now = the_college(), clock.now()
        session = proposals.to_move(person, data.SESSIONS)

        def search() -> None:
            if not together.times_for(session, college, now):
                raise RuntimeError("nobody is ever free")

        for number in range(rounds + 1):  # the first warms up and is not counted
            measured = [_cpu(search, times), _cpu(lambda: browser.get("/rows"), times)]
            found += [measured] if number else []
    sys.stdout.write(json.dumps(found))


def _cpu(deed: Callable[[], object], times: int) -> float:
    began = process_time()
    for _ in range(times):
        deed()
    return (process_time() - began) / times * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
