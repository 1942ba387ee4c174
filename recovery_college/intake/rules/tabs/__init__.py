"""The tabs of a workbook, one small description each.

A new kind of tab is one more description here, and a command that takes its rows.
"""

from typing import Any

from recovery_college.intake.rules.describing import Tab
from recovery_college.intake.rules.tabs.attendance import ATTENDANCE
from recovery_college.intake.rules.tabs.bookings import BOOKINGS
from recovery_college.intake.rules.tabs.courses import COURSES
from recovery_college.intake.rules.tabs.dates import DATES
from recovery_college.intake.rules.tabs.students import STUDENTS
from recovery_college.intake.rules.tabs.tutors import TUTORS
from recovery_college.intake.rules.tabs.venues import VENUES

NEEDED: tuple[Tab[Any], ...] = (COURSES, VENUES, TUTORS, DATES)
KNOWN: tuple[Tab[Any], ...] = (*NEEDED, STUDENTS, BOOKINGS, ATTENDANCE)
