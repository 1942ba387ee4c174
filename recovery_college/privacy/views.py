"""Take it along, be one record, be forgotten: for people themselves, and for managers."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, session
from flask.typing import ResponseReturnValue

from recovery_college import audit, clock
from recovery_college.accounts import queries as people
from recovery_college.accounts.access import (
    desk_only,
    manager_only,
    open_to_anyone,
    signed_in,
    the_person,
)
from recovery_college.errors import NotFound
from recovery_college.privacy import queries
from recovery_college.privacy.commands import copying, erasing, joining_records
from recovery_college.privacy.forms import FindOtherForm, MergeForm, SureForm
from recovery_college.privacy.merging import preview_of

bp = Blueprint("privacy", __name__)
ARCHIVE = "application/zip"
MOST_FOUND = 20


@bp.route("/my/data", methods=["GET", "POST"])
@signed_in
def my_data() -> ResponseReturnValue:
    person = the_person()
    if request.method == "POST":
        copying.ask_for_copy(person)
        return redirect("/my/data")
    copies = queries.copies_of(person, clock.now())
    return render_template("privacy/my-data.html", copies=copies)


@bp.get("/my/data/<int:copy_id>")
@signed_in
def my_copy(copy_id: int) -> ResponseReturnValue:
    copy = queries.own_copy(the_person(), copy_id, clock.now())
    return _archive(copy.content or b"", "my-data.zip")


@bp.route("/my/data/delete", methods=["GET", "POST"])
@signed_in
def delete_me() -> ResponseReturnValue:
    person, form = the_person(), SureForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            erasing.erase(person, person)
            session.clear()
            return redirect("/forgotten")
    page = render_template(
        "privacy/delete-me.html", form=form, stays=queries.must_stay(person), person=person
    )
    return page, form.status


@bp.get("/forgotten")
@open_to_anyone
def forgotten() -> str:
    return render_template("privacy/forgotten.html")


@bp.get("/office/people/<int:person_id>/data")
@manager_only
def data_page(person_id: int) -> str:
    found = people.person_for(the_person(), person_id)
    return render_template("privacy/data.html", person=found)


@bp.post("/office/people/<int:person_id>/data")
@manager_only
def person_data(person_id: int) -> ResponseReturnValue:
    found = people.person_for(the_person(), person_id)
    made = copying.copy_for_office(the_person(), found)
    return _archive(made, f"record-{person_id}.zip")


@bp.route("/office/people/<int:person_id>/erase", methods=["GET", "POST"])
@manager_only
def erase(person_id: int) -> ResponseReturnValue:
    viewer = the_person()
    found, form = people.person_for(viewer, person_id), SureForm()
    mentions = queries.mentions(found.name)
    if form.validate_on_submit():
        with form.showing_refusals():
            erasing.erase(viewer, found)
            flash("The record is gone.")
            return redirect("/office/people")
    stays = queries.must_stay(found)
    page = render_template(
        "privacy/erase.html", person=found, form=form, mentions=mentions, stays=stays
    )
    return page, form.status


@bp.get("/office/people/<int:person_id>/merge")
@manager_only
def find_other(person_id: int) -> str:
    viewer, form = the_person(), FindOtherForm(request.args)
    found, asked = people.person_for(viewer, person_id), form.q.data or ""
    others = people.page_of_people(viewer, asked, first=0, size=MOST_FOUND) if asked else []
    others = [other for other in others if other.id != found.id]
    return render_template(
        "privacy/find-other.html", person=found, form=form, others=others, asked=asked
    )


@bp.route("/office/people/<int:person_id>/merge/<int:other_id>", methods=["GET", "POST"])
@manager_only
def merge(person_id: int, other_id: int) -> ResponseReturnValue:
    viewer = the_person()
    kept, other = people.person_for(viewer, person_id), people.person_for(viewer, other_id)
    preview = preview_of(kept, other)
    form = MergeForm.over(list(preview.conflicts))
    if form.validate_on_submit():
        with form.showing_refusals():
            seen = form.state.data or ""
            joining_records.merge(viewer, kept, other, form.theirs, seen=seen)
            flash("The two are one record now.")
            return redirect(f"/office/people/{person_id}")
        preview = preview_of(*(people.person_for(viewer, each) for each in (person_id, other_id)))
    form.state.data = preview.state
    page = render_template("privacy/merge.html", kept=kept, other=other, preview=preview, form=form)
    return page, form.status


@bp.get("/office/records/<int:old_id>")
@desk_only
def record(old_id: int) -> ResponseReturnValue:
    """A number on an old note: the record itself, or the one that it was merged into."""
    viewer = the_person()
    merged = queries.merged_into(old_id)
    found = people.person_for(viewer, merged or old_id)
    audit.looked(viewer, found)
    return redirect(f"/office/people/{found.id}")


def _archive(content: bytes, name: str) -> ResponseReturnValue:
    if not content:
        raise NotFound
    return send_file(BytesIO(content), ARCHIVE, as_attachment=True, download_name=name)
