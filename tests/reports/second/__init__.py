"""Every figure of every report counted a second time, in plain Python from the rows."""

from collections.abc import Callable, Mapping, Sequence

from tests.reports.rawrows import Asked, Rows
from tests.reports.second import people, places, records, sessions, tutors
from tests.reports.second.shape import Counted

SECOND: Mapping[str, Callable[[Rows, Asked, Sequence[str]], Counted]] = {
    "attendance": sessions.attendance,
    "co-delivery": sessions.delivery,
    "places": places.places,
    "completion": places.completion,
    "students": places.students,
    "tutors": tutors.tutors,
    "needs": people.needs,
    "reach": people.reach,
    "cost": records.cost,
    "co-production": records.co_production,
}
