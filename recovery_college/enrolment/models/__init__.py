"""The tables of enrolment, a file for each kind of thing; everybody imports them from here."""

from recovery_college.enrolment.models.needs import Adjustment
from recovery_college.enrolment.models.places import (
    THREAD,
    Enrolment,
    EnrolmentStep,
    NotComing,
    Pool,
)

__all__ = ["THREAD", "Adjustment", "Enrolment", "EnrolmentStep", "NotComing", "Pool"]
