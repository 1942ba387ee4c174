"""A tutor's desk for what suits them: limits, places, how they are shown."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import the_person, tutor_only
from recovery_college.desks.forms.availability import WishesForm
from recovery_college.desks.views.desk import bp
from recovery_college.fields import offered
from recovery_college.scheduling.queries import venues
from recovery_college.tutors.commands.wishes import change_wishes, wishes_of
from recovery_college.tutors.queries import tutor_of


@bp.route("/tutor/limits", methods=["GET", "POST"])
@tutor_only
def limits() -> ResponseReturnValue:
    form = WishesForm(wishes_of(tutor_of(the_person())))
    form.reaches.choices = offered((str(v.id), v.name) for v in venues() if not v.online)
    if form.validate_on_submit():
        with form.showing_refusals():
            change_wishes(the_person(), form.edit)
            flash("Kept. The office sees it when it looks for somebody.")
            return redirect("/tutor/limits")
    return render_template("tutor/limits.html", form=form), form.status
