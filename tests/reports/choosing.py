"""What a college has chosen for its reports."""

from recovery_college.college.models import Setting
from recovery_college.college.rules import SmallNumbers
from recovery_college.database import db, transaction


def small_numbers(rule: SmallNumbers) -> None:
    with transaction():
        db.session.merge(Setting(key="small_numbers", value=rule.value))
