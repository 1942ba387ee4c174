"""The office's list of messages: what went, what waits, and what needs somebody."""

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts import trail
from recovery_college.accounts.access import desk_only, manager_only, the_person
from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import hidden_from, person_for
from recovery_college.accounts.reaching import ways_to
from recovery_college.calendars import answers
from recovery_college.college.commands import go_live, pause_mail
from recovery_college.college.queries import the_college
from recovery_college.desks.commands import otherwise
from recovery_college.desks.forms.courses import as_id
from recovery_college.desks.forms.messages import OtherwiseForm, WordsForm
from recovery_college.desks.letters import letters_of
from recovery_college.desks.previews import preview_of
from recovery_college.desks.samples import NOTICES
from recovery_college.desks.views.desk import bp
from recovery_college.desks.views.phoning import NEXT
from recovery_college.errors import NotFound
from recovery_college.forms import CollegeForm
from recovery_college.messages import commands, queries
from recovery_college.messages.html import marked_up
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.queries import Filters
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
    viewer, person = the_person(), _person()
    which = Filters(_state(), person.id if person else None)
    hidden = hidden_from(viewer)
    counts = queries.counts(which, hidden)
    total = counts.get(which.state, 0) if which.state else sum(counts.values())
    page = Page(page_number(request.args), SIZE, total)
    found = queries.page_of(which, hidden, first=page.offset, size=SIZE)
    names = trail.names_of(viewer, {f"outbox_message:{each.id}" for each in found})
    return render_template(
        "office/messages.html",
        messages=found,
        names=names,
        counts=counts,
        states=IN_ORDER,
        state=which.state,
        person=person,
        asked={"person": person.id} if person else {},
        page=page,
        answers=answers.count_waiting(hidden),
    )


@bp.get("/office/messages/words")
@desk_only
def message_words() -> str:
    """What the college writes, as somebody invented would have it."""
    form = WordsForm(request.args)
    asked = form.asked
    shown = preview_of(asked, the_college(), clock.now())
    body = shown.message.body
    return render_template(
        "office/message-words.html",
        form=form,
        heading=NOTICES[asked.name].heading,
        ways=NOTICES[asked.name].ways,
        asked=asked,
        shown=shown,
        sender=current_app.config["MAIL_DEFAULT_SENDER"],
        html=marked_up(body),
        letter=letters_of([shown.message], {0: shown.person})[0],
    )


@bp.get("/office/messages/<int:message_id>")
@desk_only
def message(message_id: int) -> str:
    viewer, found = the_person(), _message(message_id)
    person = None if found.person_id is None else person_for(viewer, found.person_id)
    if person is not None:
        audit.looked(viewer, person)
    return render_template(
        "office/message.html",
        message=found,
        person=person,
        first=queries.was_first(found),
        otherwise=queries.gone_otherwise(found),
        returned_at=answers.came_back(found),
    )


@bp.route("/office/messages/<int:message_id>/otherwise", methods=["GET", "POST"])
@desk_only
def send_otherwise(message_id: int) -> ResponseReturnValue:
    """By another channel, as long as the words may be read here."""
    viewer, found = the_person(), _message(message_id)
    if found.person_id is None or not found.is_readable:
        raise NotFound
    person = person_for(viewer, found.person_id)
    ways = ways_to(person, found)
    form = OtherwiseForm(ways)
    if form.validate_on_submit():
        with form.showing_refusals():
            otherwise.send_otherwise(viewer, found, form.channel.data)
            flash(NEXT[form.channel.data])
            return redirect(f"/office/messages/{message_id}")
    page = render_template(
        "office/otherwise.html", message=found, person=person, form=form, ways=ways
    )
    return page, form.status


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


def _person() -> Person | None:
    """To whom alone, if the address names somebody."""
    given = as_id(request.args.get("person", ""))
    if not given:
        return None
    person = person_for(the_person(), given)
    audit.looked(the_person(), person)
    return person


def _state() -> MessageState | None:
    """Which messages are asked for; nonsense is all of them."""
    asked = request.args.get("state", "")
    return next((state for state in MessageState if state == asked), None)
