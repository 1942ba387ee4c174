"""The office's list of calls to make and letters to print, and of places to give out by phone."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.queries import hidden_from, person_for
from recovery_college.college.queries import the_college
from recovery_college.desks.contacts import is_checking, paragraphs_of, phoned_of, tasks_of
from recovery_college.desks.letters import Print, stack_of
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import office
from recovery_college.errors import NotFound
from recovery_college.messages import commands, queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel
from recovery_college.pages import Page, page_number

SIZE = 50


@bp.get("/office/contacts")
@desk_only
def contacts() -> str:
    viewer, college, now = the_person(), the_college(), clock.now()
    hidden = hidden_from(viewer)
    counts = queries.count_by_hand(hidden, now)
    page = Page(page_number(request.args), SIZE, sum(counts.values()))
    found = queries.page_by_hand(hidden, now, first=page.offset, size=SIZE)
    tasks = tasks_of(viewer, found, college)
    return render_template(
        "office/contacts.html",
        calls=[each for each in tasks if each.is_call],
        letters=[each for each in tasks if not each.is_call],
        phoned=phoned_of(viewer, office.to_phone(college, now), college),
        stack=stack_of(counts.get(Channel.LETTER, 0)),
        sizes=list(Print),
        page=page,
    )


@bp.get("/office/contacts/<int:contact_id>")
@desk_only
def contact(contact_id: int) -> str:
    """What a letter says, or what to say in a call."""
    viewer, found = the_person(), _message(contact_id)
    person = None if found.person_id is None else person_for(viewer, found.person_id)
    if person is not None:
        audit.looked(viewer, person)
    return render_template(
        "office/contact.html",
        message=found,
        person=person,
        first=queries.was_first(found),
        is_call=found.channel is Channel.CALL,
        is_checking=is_checking(found),
        paragraphs=paragraphs_of(found.body),
        sizes=list(Print),
    )


@bp.post("/office/contacts/<int:contact_id>/done")
@desk_only
def contact_done(contact_id: int) -> ResponseReturnValue:
    found = _message(contact_id)
    commands.done_by_hand(the_person(), found)
    is_call = found.channel is Channel.CALL
    flash("Written down: you called." if is_call else "Written down: it is in the post.")
    return redirect("/office/contacts")


@bp.post("/office/contacts/<int:contact_id>/tried")
@desk_only
def contact_tried(contact_id: int) -> ResponseReturnValue:
    commands.tried_by_hand(the_person(), _message(contact_id))
    flash("Written down: you called, and could not reach them.")
    return redirect("/office/contacts")


@bp.post("/office/contacts/<int:contact_id>/leave")
@desk_only
def leave_be(contact_id: int) -> ResponseReturnValue:
    """Nobody calls any more to check that they are OK."""
    found = _message(contact_id)
    if not is_checking(found):
        raise NotFound
    commands.drop(the_person(), found)
    flash("Left be. Nobody needs to call them about it.")
    return redirect("/office/contacts")


def _message(contact_id: int) -> OutboxMessage:
    return queries.by_hand_at(contact_id, hidden_from(the_person()))
