"""The office's desk for venues and rooms, and the picture of each door."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, the_person
from recovery_college.college.queries import the_college
from recovery_college.desks.forms.venues import (
    DoorForm,
    NewVenueForm,
    RoomForm,
    TravelForm,
    VenueForm,
)
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound
from recovery_college.scheduling import queries
from recovery_college.scheduling.commands import places
from recovery_college.scheduling.models import Room, Venue


@bp.get("/office/venues")
@desk_only
def venues() -> str:
    return render_template("office/venues.html", venues=queries.venues())


@bp.route("/office/venues/new", methods=["GET", "POST"])
@desk_only
def new_venue() -> ResponseReturnValue:
    form = NewVenueForm(Venue())
    if form.validate_on_submit():
        with form.showing_refusals():
            made = places.make_venue(the_person(), form.edit.values)
            flash("Kept. Now add its rooms.")
            return redirect(f"/office/venues/{made.id}")
    return render_template("office/new-venue.html", form=form), form.status


@bp.route("/office/venues/<int:venue_id>", methods=["GET", "POST"])
@desk_only
def venue(venue_id: int) -> ResponseReturnValue:
    found = queries.venue(venue_id)
    form = VenueForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            places.edit_venue(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/venues/{venue_id}")
    has_door = queries.venue_has_door(found)
    page = render_template("office/venue.html", venue=found, form=form, has_door=has_door)
    return page, form.status


@bp.post("/office/venues/<int:venue_id>/remove")
@desk_only
def remove_venue(venue_id: int) -> ResponseReturnValue:
    places.remove_venue(the_person(), queries.venue(venue_id))
    flash("The place is gone.")
    return redirect("/office/venues")


@bp.route("/office/venues/<int:venue_id>/door", methods=["GET", "POST"])
@desk_only
def office_door(venue_id: int) -> ResponseReturnValue:
    found, form = queries.venue(venue_id), DoorForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            content = form.photo.data.read() if form.photo.data else b""
            places.show_door(the_person(), found, content, form.words.data or "")
            flash("The picture is on the place's page.")
            return redirect(f"/office/venues/{venue_id}")
    has_door = queries.venue_has_door(found)
    page = render_template("office/door.html", venue=found, form=form, has_door=has_door)
    return page, form.status


@bp.route("/office/venues/<int:venue_id>/travel", methods=["GET", "POST"])
@desk_only
def travel(venue_id: int) -> ResponseReturnValue:
    found = queries.venue(venue_id)
    others = [(each.id, each.name) for each in queries.other_venues(found)]
    form = TravelForm.over(queries.ways_from(found), others, the_college().travel_minutes)
    if form.validate_on_submit():
        with form.showing_refusals():
            places.set_travel(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/venues/{venue_id}")
    return render_template("office/travel.html", venue=found, form=form), form.status


@bp.post("/office/venues/<int:venue_id>/door/hide")
@desk_only
def hide_door(venue_id: int) -> ResponseReturnValue:
    places.hide_door(the_person(), queries.venue(venue_id))
    flash("The picture is gone.")
    return redirect(f"/office/venues/{venue_id}")


@bp.route("/office/venues/<int:venue_id>/rooms/new", methods=["GET", "POST"])
@desk_only
def new_room(venue_id: int) -> ResponseReturnValue:
    found, form = queries.venue(venue_id), RoomForm(Room())
    if form.validate_on_submit():
        with form.showing_refusals():
            places.make_room(the_person(), found, form.edit.values)
            flash("The room is there.")
            return redirect(f"/office/venues/{venue_id}")
    return render_template("office/room.html", venue=found, room=None, form=form), form.status


@bp.route("/office/venues/<int:venue_id>/rooms/<int:room_id>", methods=["GET", "POST"])
@desk_only
def room(venue_id: int, room_id: int) -> ResponseReturnValue:
    found = _room(venue_id, room_id)
    form = RoomForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            places.edit_room(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/venues/{venue_id}")
    page = render_template("office/room.html", venue=found.venue, room=found, form=form)
    return page, form.status


@bp.post("/office/venues/<int:venue_id>/rooms/<int:room_id>/remove")
@desk_only
def remove_room(venue_id: int, room_id: int) -> ResponseReturnValue:
    places.remove_room(the_person(), _room(venue_id, room_id))
    flash("The room is gone.")
    return redirect(f"/office/venues/{venue_id}")


def _room(venue_id: int, room_id: int) -> Room:
    found = queries.room(room_id)
    if found.venue_id != venue_id:
        raise NotFound
    return found
