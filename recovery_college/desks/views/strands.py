"""The office's desk for strands: make, name, put in order, remove."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, the_person
from recovery_college.courses import queries
from recovery_college.courses.commands import strands as commands
from recovery_college.courses.models import Strand
from recovery_college.courses.rules import Look
from recovery_college.desks.forms.courses import StrandForm
from recovery_college.desks.views.desk import bp


@bp.route("/office/strands", methods=["GET", "POST"])
@desk_only
def strands() -> ResponseReturnValue:
    form = StrandForm(Strand(look=Look.WAVE))
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.make_strand(the_person(), form.name.data or "", form.look.data)
            flash("The strand is made. It stands last.")
            return redirect("/office/strands")
    counts, found = queries.courses_by_strand(), queries.strands()
    page = render_template("office/strands.html", form=form, strands=found, counts=counts)
    return page, form.status


@bp.route("/office/strands/<int:strand_id>", methods=["GET", "POST"])
@desk_only
def strand(strand_id: int) -> ResponseReturnValue:
    found = queries.strand(strand_id)
    form = StrandForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.edit_strand(the_person(), found, form.edit)
            flash("Kept.")
            return redirect("/office/strands")
    used = queries.courses_in(found)
    return render_template("office/strand.html", strand=found, form=form, used=used), form.status


@bp.post("/office/strands/<int:strand_id>/up")
@desk_only
def strand_up(strand_id: int) -> ResponseReturnValue:
    commands.move_up(the_person(), queries.strand(strand_id))
    return redirect("/office/strands")


@bp.post("/office/strands/<int:strand_id>/remove")
@desk_only
def remove_strand(strand_id: int) -> ResponseReturnValue:
    commands.remove_strand(the_person(), queries.strand(strand_id))
    flash("Removed.")
    return redirect("/office/strands")
