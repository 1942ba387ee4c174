"""The office's desk for terms: the board, the runs, the days, and copying one into another."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.college.queries import college_on_pages, the_college
from recovery_college.college.rules import days_in
from recovery_college.desks.board import board_of
from recovery_college.desks.check import check_of
from recovery_college.desks.forms.terms import CopyTermForm, TermForm
from recovery_college.desks.views.desk import bp
from recovery_college.pages import Page, page_number
from recovery_college.scheduling import queries
from recovery_college.scheduling.board import sessions_on_board
from recovery_college.scheduling.commands import copying
from recovery_college.scheduling.commands import terms as commands
from recovery_college.scheduling.commands.copying import Target
from recovery_college.scheduling.models import Term

SIZE = 50


@bp.get("/office/terms")
@desk_only
def terms() -> str:
    return render_template(
        "office/terms.html", terms=queries.terms(), counts=queries.runs_by_term()
    )


@bp.route("/office/terms/new", methods=["GET", "POST"])
@desk_only
def new_term() -> ResponseReturnValue:
    form = TermForm(Term())
    if form.validate_on_submit():
        with form.showing_refusals():
            made = commands.make_term(the_person(), form.edit.values)
            flash(f"{made.name} is made. Now copy a term into it, or plan its runs.")
            return redirect(f"/office/terms/{made.id}")
    return render_template("office/new-term.html", form=form), form.status


@bp.get("/office/terms/<int:term_id>")
@desk_only
def term(term_id: int) -> str:
    """Its sessions, by week and room."""
    found = queries.term(term_id)
    shown = board_of(found, sessions_on_board(found), college_on_pages(), clock.now())
    return render_template("office/board.html", term=found, board=shown)


@bp.get("/office/terms/<int:term_id>/runs")
@desk_only
def term_runs(term_id: int) -> str:
    found = queries.term(term_id)
    page = Page(page_number(request.args), SIZE, queries.count_runs_of(found))
    runs = queries.runs_of_term(found, first=page.offset, size=SIZE)
    return render_template("office/term-runs.html", term=found, runs=runs, page=page)


@bp.route("/office/terms/<int:term_id>/edit", methods=["GET", "POST"])
@desk_only
def edit_term(term_id: int) -> ResponseReturnValue:
    found = queries.term(term_id)
    form = TermForm(found)
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.edit_term(the_person(), found, form.edit)
            flash("Kept.")
            return redirect(f"/office/terms/{term_id}")
    return render_template("office/term-days.html", term=found, form=form), form.status


@bp.route("/office/terms/<int:term_id>/copy/<int:old_id>", methods=["GET", "POST"])
@desk_only
def copy_term(term_id: int, old_id: int) -> ResponseReturnValue:
    new, old, form = queries.term(term_id), queries.term(old_id), CopyTermForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            target = Target(new, _left_out(new, form.skipping.data or ""))
            done = copying.copy_term(the_person(), old, target)
            return render_template("office/term-copied.html", term=new, old=old, done=done)
    return render_template("office/copy-term.html", term=new, old=old, form=form), form.status


@bp.get("/office/terms/<int:term_id>/copy")
@desk_only
def choose_term_to_copy(term_id: int) -> str:
    new = queries.term(term_id)
    others = [each for each in queries.terms() if each.id != new.id]
    return render_template(
        "office/choose-term.html", term=new, terms=others, counts=queries.runs_by_term()
    )


@bp.get("/office/terms/<int:term_id>/check")
@desk_only
def check_term(term_id: int) -> str:
    """What to mend before it is published, and after."""
    found = queries.term(term_id)
    sections = check_of(queries.sessions_of_term(found, clock.now()), college_on_pages())
    return render_template("office/term-check.html", term=found, sections=sections)


@bp.post("/office/terms/<int:term_id>/remove")
@desk_only
def remove_term(term_id: int) -> ResponseReturnValue:
    commands.remove_term(the_person(), queries.term(term_id))
    flash("The term is gone.")
    return redirect("/office/terms")


def _left_out(term: Term, typed: str) -> frozenset[date]:
    """The days that the office names, and those on which the college is closed."""
    college = the_college()
    days = (term.starts_on + timedelta(days=n) for n in range((term.ends_on - term.starts_on).days))
    return frozenset(day for day in days if college.is_closed_on(day)) | frozenset(days_in(typed))
