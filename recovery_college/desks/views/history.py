"""The history, for managers: who did what to which fields of what, and when."""

import re
from datetime import time, timedelta
from urllib.parse import urlencode

from flask import render_template, request

from recovery_college.accounts import trail as people
from recovery_college.accounts.access import manager_only, the_person
from recovery_college.accounts.models import Person
from recovery_college.audit import queries
from recovery_college.audit.queries import Asked
from recovery_college.clock import london_instant
from recovery_college.courses import trail as courses
from recovery_college.desks.forms.history import HistoryForm
from recovery_college.desks.history import KINDS, OF_PEOPLE, field_called, told
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound
from recovery_college.pages import Page, page_number

SIZE = 50
COUNTED = 2_000  # lines; who wants to see older ones says which days
MOST_MATCHES = 200  # people or courses that one word may mean


@bp.get("/office/history")
@manager_only
def history() -> str:
    viewer = the_person()
    form = HistoryForm(request.args, [(k, said) for k, (said, _) in KINDS.items()], queries.verbs())
    form.validate()
    asked = _asked(viewer, form)
    page = Page(page_number(request.args), SIZE, queries.count(asked, most=COUNTED))
    lines = told(viewer, queries.lines(asked, first=page.offset, size=SIZE))
    return render_template(
        "office/history.html", form=form, page=page, lines=lines, most=COUNTED, address=_address()
    )


def _asked(viewer: Person, form: HistoryForm) -> Asked:
    since, until, who = form.fitting("since"), form.fitting("until"), form.fitting("who")
    return Asked(
        actors=people.ids_called(viewer, who, most=MOST_MATCHES) if who else None,
        things=_things(viewer, form),
        verb=form.fitting("verb") or "",
        field=field_called(form.fitting("field") or ""),
        since=london_instant(since, time()) if since else None,
        before=london_instant(until + timedelta(days=1), time()) if until else None,
    )


def _things(viewer: Person, form: HistoryForm) -> list[str] | None:
    """One thing, or a kind of things, or those that are called so."""
    thing = request.args.get("thing", "")
    if thing:
        return [_known(viewer, thing)]
    kind, words = form.fitting("kind") or "", form.fitting("about")
    if not words:
        return [kind] if kind else None
    called = {
        "person": people.ids_called(viewer, words, most=MOST_MATCHES),
        "course": courses.courses_called(words, most=MOST_MATCHES),
    }
    return [f"{each}:{id}" for each, ids in called.items() for id in ids if kind in ("", each)]


def _known(viewer: Person, thing: str) -> str:
    """Somebody whose record isn't for this viewer is not there, like one who has left."""
    if not re.fullmatch(r"[a-z_]{1,40}(:[0-9]{1,9})?", thing):
        raise NotFound
    if thing.partition(":")[0] in OF_PEOPLE and not people.names_of(viewer, {thing}).get(thing):
        raise NotFound
    return thing


def _address() -> str:
    """The same question, for another page of it."""
    asked = [(key, value) for key, value in request.args.items() if value and key != "page"]
    return f"/office/history?{urlencode([*asked, ('page', '')])}"
