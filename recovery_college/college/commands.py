"""What can be done about the college's settings. Who acts is a person, whom this layer can't know.

They are changed one at a time: two people may change different settings at once, and each
must fit the others.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from recovery_college import audit, clock
from recovery_college.college.models import Setting
from recovery_college.college.queries import Draft, the_college
from recovery_college.college.rules import CHANGEABLE, DEFAULTS, changed_college, kept_form
from recovery_college.database import Model, db, forget, one_at_a_time, transaction
from recovery_college.editing import Edit, apply
from recovery_college.errors import NotFound

COLLEGE = "college"  # the college has no row of its own


def change_settings(actor: Model, shown: Draft, edit: Edit) -> None:
    """Put what was typed into force, if nobody else has changed it meanwhile.

    What was shown is brought up to date first, as `hold` does with a row.
    """
    now = clock.now()
    with transaction():
        one_at_a_time(COLLEGE)
        college = the_college()
        vars(shown).update(vars(college))
        values = {key: edit.values[key] for key in apply(shown, edit)}
        changed_college(college, **values)
        _keep(actor, values, now)


def back_to_default(actor: Model, key: str) -> None:
    """As the platform came."""
    if key not in CHANGEABLE:
        raise NotFound
    now = clock.now()
    with transaction():
        one_at_a_time(COLLEGE)
        changed_college(the_college(), **{key: DEFAULTS[key]})
        _keep(actor, {key: DEFAULTS[key]}, now)


def pause_mail(actor: Model | None) -> None:
    """Keep every message back but what somebody needs to sign in, while the college moves in."""
    now = clock.now()
    with transaction():
        _keep(actor, {"mail_paused": True}, now)


def go_live(actor: Model | None) -> None:
    """Let go what was kept back."""
    now = clock.now()
    with transaction():
        was_restored = the_college().restored_from is not None
        restored: dict[str, object] = {"restored_from": None} if was_restored else {}
        _keep(actor, {"mail_paused": False} | restored, now)


def _keep(actor: Model | None, values: Mapping[str, object], now: datetime) -> None:
    """What stands at its default has no row, so that a later version may bring a better one."""
    for key, value in values.items():
        if value == DEFAULTS[key]:
            db.session.execute(delete(Setting).where(Setting.key == key))
        else:
            db.session.merge(Setting(key=key, value=kept_form(value)))
    db.session.flush()
    forget(COLLEGE)
    if values:
        audit.record(actor, "changed", COLLEGE, fields=sorted(values), at=now)
