"""Where somebody's name stands in the college's own texts."""

from datetime import UTC, datetime

import pytest

from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Pool
from recovery_college.enrolment.rules import PoolKind
from recovery_college.privacy.queries import Mention, mentions
from tests.factories import make_course, make_run

pytestmark = pytest.mark.usefixtures("app")


def test_a_name_is_found_in_texts_about_courses_and_in_what_places_are_set_aside_for() -> None:
    course = make_course("Sleeping well", description="Made for Philippa Quill.")
    run = make_run(course)
    kept = {"kind": PoolKind.SET_ASIDE, "release_at": datetime(2027, 6, 1, tzinfo=UTC)}
    with transaction():
        for name in ("for philippa quill and others", "Ward 3"):
            db.session.add(Pool(run_id=run.id, name=name, capacity=1, **kept))
    assert mentions("Philippa Quill") == [
        Mention("Sleeping well", f"/office/courses/{course.id}"),
        Mention("Places set aside on Sleeping well", f"/office/runs/{run.id}"),
    ]
    assert mentions("Mair Rees") == []
