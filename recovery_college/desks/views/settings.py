"""The settings of the college: the whole office reads them, managers change them."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from recovery_college.accounts.access import desk_only, manager_only, the_person
from recovery_college.college.commands import back_to_default, change_settings
from recovery_college.college.queries import settings_to_edit
from recovery_college.desks.forms.settings import SECTIONS
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound


@bp.get("/office/settings")
@desk_only
def settings() -> str:
    draft = settings_to_edit()
    sections = [section(draft) for section in SECTIONS.values()]
    return render_template("office/settings.html", sections=sections)


@bp.route("/office/settings/<slug:slug>", methods=["GET", "POST"])
@manager_only
def settings_section(slug: str) -> ResponseReturnValue:
    if slug not in SECTIONS:
        raise NotFound
    draft = settings_to_edit()
    form = SECTIONS[slug](draft)
    if form.validate_on_submit():
        with form.showing_refusals():
            change_settings(the_person(), draft, form.edit)
            flash("Kept. It counts from now on.")
            return redirect(f"/office/settings#{slug}")
    return render_template("office/settings-section.html", form=form), form.status


@bp.post("/office/settings/default/<key>")
@manager_only
def setting_to_default(key: str) -> ResponseReturnValue:
    back_to_default(the_person(), key)
    flash("It is as it was at the start.")
    return redirect("/office/settings")
