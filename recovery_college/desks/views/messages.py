"""The office's list of messages: what went, what waits, and what needs somebody."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit
from recovery_college.accounts import trail
from recovery_college.accounts.access import desk_only, manager_only, the_person
from recovery_college.accounts.queries import hidden_from, person_for
from recovery_college.calendars import answers
from recovery_college.college.commands import go_live, pause_mail
from recovery_college.desks.views.desk import bp
from recovery_college.forms import CollegeForm
from recovery_college.messages import commands, queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.pages import Page, page_number

SIZE = 50
IN_ORDER = (
    MessageState.NEEDS_SOMEBODY,
    MessageState.WAITING,
    MessageState.SENT,
    MessageState.DROPPED,
)


@bp.get("/office/messages")
@desk_only
def messages() -> str:
    viewer = the_person()
    hidden, state = hidden_from(viewer), _state()
    counts = queries.counts(hidden)
    page = Page(
        page_number(request.args), SIZE, counts.get(state, 0) if state else sum(counts.values())
    )
    found = queries.page_of(state, hidden, first=page.offset, size=SIZE)
    names = trail.names_of(viewer, {f"outbox_message:{each.id}" for each in found})
    return render_template(
        "office/messages.html",
        messages=found,
        names=names,
        counts=counts,
        states=IN_ORDER,
        state=state,
        page=page,
        answers=answers.count_waiting(hidden),
    )


@bp.get("/office/messages/<int:message_id>")
@desk_only
def message(message_id: int) -> str:
    viewer, found = the_person(), _message(message_id)
    person = None if found.person_id is None else person_for(viewer, found.person_id)
    if person is not None:
        audit.looked(viewer, person)
    returned_at = answers.came_back(found)
    return render_template(
        "office/message.html", message=found, person=person, returned_at=returned_at
    )


@bp.post("/office/messages/<int:message_id>/again")
@desk_only
def try_again(message_id: int) -> ResponseReturnValue:
    commands.try_again(the_person(), _message(message_id))
    flash("It is tried again now.")
    return redirect(f"/office/messages/{message_id}")


@bp.post("/office/messages/<int:message_id>/drop")
@desk_only
def drop_message(message_id: int) -> ResponseReturnValue:
    commands.drop(the_person(), _message(message_id))
    flash("It will not be sent.")
    return redirect(f"/office/messages/{message_id}")


@bp.route("/office/messages/live", methods=["GET", "POST"])
@manager_only
def live() -> ResponseReturnValue:
    """Say first what would go."""
    form = CollegeForm()
    if form.validate_on_submit():
        go_live(the_person())
        flash("Messages go out from now on.")
        return redirect("/office/messages")
    waiting, addresses = queries.count_waiting(), queries.count_addresses()
    return render_template("office/live.html", form=form, waiting=waiting, addresses=addresses)


@bp.post("/office/messages/pause")
@manager_only
def pause() -> ResponseReturnValue:
    pause_mail(the_person())
    flash("Messages wait now. Only what somebody needs to sign in goes out.")
    return redirect("/office/messages")


def _message(message_id: int) -> OutboxMessage:
    return queries.message_at(message_id, hidden_from(the_person()))


def _state() -> MessageState | None:
    """Which messages are asked for; nonsense is all of them."""
    asked = request.args.get("state", "")
    return next((state for state in MessageState if state == asked), None)
