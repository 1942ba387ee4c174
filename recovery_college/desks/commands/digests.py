"""What a desk does by itself: the office's letter in the morning."""

from recovery_college import clock
from recovery_college.accounts.queries import office_people
from recovery_college.college.queries import the_college
from recovery_college.database import transaction
from recovery_college.desks import notices
from recovery_college.desks.digest import news_for
from recovery_college.desks.today import pairs_of

MORNING, NOON = 8, 12  # o'clock in the college
SATURDAY = 5


def send_digests() -> None:
    """To everybody of the office who has an address, once on each working day with news.

    The worker calls this often; what has been sent for a day is not sent again.
    """
    now, college = clock.now(), the_college()
    here = clock.in_london(now)
    closed = here.weekday() >= SATURDAY or college.is_closed_on(here.date())
    if closed or not college.morning_digest or not MORNING <= here.hour < NOON:
        return
    sections = pairs_of(now)
    for person in office_people():
        if news := news_for(person, sections, now):
            with transaction():
                notices.digest(person, news, now)
