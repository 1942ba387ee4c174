"""The audit: everything that must always be true, each package's own and the database's."""

from collections.abc import Callable

from recovery_college.accounts.checks import CHECKS as ACCOUNTS
from recovery_college.attendance.checks import CHECKS as ATTENDANCE
from recovery_college.calendars.checks import CHECKS as CALENDARS
from recovery_college.courses.checks import CHECKS as COURSES
from recovery_college.database import db, missing_guards, orphans
from recovery_college.enrolment.checks import CHECKS as ENROLMENT
from recovery_college.reports.checks import CHECKS as REPORTS
from recovery_college.scheduling.checks import CHECKS as SCHEDULING


def _lost_guards() -> list[str]:
    return missing_guards(db.session.connection())


def _orphans() -> list[str]:
    return orphans(db.session.connection())


CHECKS: dict[str, Callable[[], list[str]]] = {
    **ACCOUNTS,
    **COURSES,
    **SCHEDULING,
    **CALENDARS,
    **ENROLMENT,
    **ATTENDANCE,
    **REPORTS,
    "No row points at one that is gone": _orphans,
    "All that the database refuses by itself is in place": _lost_guards,
}
