"""Somebody's own calendar: for programs by its key, and for themself to say who has one."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask import session as kept
from flask.typing import ResponseReturnValue

from recovery_college import clock, ical
from recovery_college.accounts.access import signed_in, the_person, the_visit, with_key_alone
from recovery_college.accounts.commands.details import keep_details
from recovery_college.accounts.secrets import opened, sealed
from recovery_college.calendars import queries
from recovery_college.calendars.commands import devices
from recovery_college.calendars.feeds import bytes_of, feed_of
from recovery_college.calendars.forms import DeviceForm, InvitesForm
from recovery_college.calendars.rules import MOST_DEVICES
from recovery_college.college.queries import the_college
from recovery_college.keys import our_secret

HERE = "/my/calendar"
ADDRESS = "a calendar's address"  # in the browser's session, between the press and the page
FRESH_FOR = 300  # seconds
PRIVATE = {
    "Cache-Control": f"private, max-age={FRESH_FOR}",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

bp = Blueprint("calendars", __name__)


@dataclass(frozen=True)
class Shown:
    """An address that is shown once, and whose it is; programs subscribe by its other form."""

    name: str
    address: str

    @property
    def subscribe(self) -> str:
        return f"webcal:{self.address.partition(':')[2]}"


@bp.get("/calendar/<key>.ics")
@with_key_alone
def feed(key: str) -> Response:
    """What is known by its tag is not made again. Its date alone says too little: a course may
    have another title, and who has it another wish.
    """
    now = clock.now()
    found = feed_of(key, now)
    if request.if_none_match.contains_weak(found.tag):
        answer = Response(status=304)
    else:
        answer = Response(bytes_of(found, the_college(), now), content_type=ical.CONTENT_TYPE)
    answer.headers.update(PRIVATE)
    answer.set_etag(found.tag)
    answer.last_modified = found.changed_at
    return answer


@bp.route(HERE, methods=["GET", "POST"])
@signed_in
def my_calendar() -> ResponseReturnValue:
    form = DeviceForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            name = form.name.data or ""
            return _show_once(name, devices.add_device(the_person(), name))
    return _page(form, InvitesForm(the_person(), formdata=None))


@bp.route("/my/calendar/invites", methods=["GET", "POST"])
@signed_in
def my_invites() -> ResponseReturnValue:
    form = InvitesForm(the_person())
    if form.validate_on_submit():
        with form.showing_refusals():
            keep_details(the_person(), form.edit)
            flash("Kept. Thank you for telling us.")
            return redirect(HERE)
    return _page(DeviceForm(formdata=None), form)


@bp.post("/my/calendar/<int:feed_key_id>/replace")
@signed_in
def replace_key(feed_key_id: int) -> ResponseReturnValue:
    name = queries.own_feed_key(the_person(), feed_key_id).name
    return _show_once(name, devices.replace_key(the_person(), feed_key_id))


@bp.post("/my/calendar/<int:feed_key_id>/remove")
@signed_in
def remove_device(feed_key_id: int) -> ResponseReturnValue:
    devices.remove_device(the_person(), feed_key_id)
    flash("Its address finds nothing any more. What it has already may stay there for a while.")
    return redirect(HERE)


def _page(device: DeviceForm, invites: InvitesForm) -> ResponseReturnValue:
    known = queries.feed_keys_of(the_person())
    page = render_template(
        "calendars/my-calendar.html",
        person=the_person(),
        shown=_shown(),
        known=known,
        has_room=len(known) < MOST_DEVICES,
        device=device,
        invites=invites,
    )
    return page, 422 if device.faults or invites.faults else 200


def _show_once(name: str, key: str) -> ResponseReturnValue:
    """On the page after the press: asking for that again shows nothing."""
    kept[ADDRESS] = sealed(our_secret(), f"{key} {name}", _purpose()).hex()
    return redirect(HERE)


def _shown() -> Shown | None:
    read = opened(our_secret(), bytes.fromhex(kept.pop(ADDRESS, "")), _purpose())
    if not read:
        return None
    key, _, name = read.partition(" ")
    return Shown(name, f"{current_app.config['BASE_URL']}/calendar/{key}.ics")


def _purpose() -> str:
    return f"{ADDRESS}:{the_visit().id}"
