"""The page that takes a college's workbook: send it, see what it says, say yes."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, manager_only, takes_up_to, the_person
from recovery_college.college.queries import college_on_pages
from recovery_college.intake import queries
from recovery_college.intake.commands import uploads
from recovery_college.intake.forms import WorkbookForm
from recovery_college.intake.models import ImportUpload
from recovery_college.intake.monday import monday_of
from recovery_college.intake.workbook import LARGEST_FILE, MEGABYTE
from recovery_college.pages import Page, page_number

bp = Blueprint("intake", __name__)
LATEST = 10
LARGEST_REQUEST = LARGEST_FILE + 20 * MEGABYTE  # what is a little too big is refused in words


@bp.route("/office/import", methods=["GET", "POST"])
@manager_only
@takes_up_to(LARGEST_REQUEST)
def import_page() -> ResponseReturnValue:
    viewer, form = the_person(), WorkbookForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            sent = uploads.send_workbook(viewer, form.content)
            return redirect(f"/office/import/{sent.id}")
    page = render_template(
        "office/import.html",
        form=form,
        waiting=queries.waiting_upload(viewer, clock.now()),
        imports=queries.imports(LATEST),
    )
    return page, form.status


@bp.get("/office/import/<int:upload_id>")
@manager_only
def upload(upload_id: int) -> str:
    found = _own(upload_id)
    faults = found.told["faults"]
    page = Page(page_number(request.args), queries.FAULTS_A_PAGE, len(faults))
    shown = faults[page.offset : page.offset + page.size]
    return render_template("office/upload.html", upload=found, faults=shown, page=page)


@bp.post("/office/import/<int:upload_id>/take")
@manager_only
def take_upload(upload_id: int) -> ResponseReturnValue:
    uploads.take_workbook(the_person(), _own(upload_id))
    return redirect(f"/office/import/{upload_id}")


@bp.post("/office/import/<int:upload_id>/drop")
@manager_only
def drop_upload(upload_id: int) -> ResponseReturnValue:
    uploads.drop_upload(the_person(), _own(upload_id))
    flash("The spreadsheet is gone. Nothing of it was taken.")
    return redirect("/office/import")


@bp.get("/office/monday")
@desk_only
def monday() -> str:
    now = clock.now()
    sections = monday_of(the_person(), college_on_pages(), now)
    return render_template("office/monday.html", now=now, sections=sections)


def _own(upload_id: int) -> ImportUpload:
    return queries.own_upload(the_person(), upload_id, clock.now())
