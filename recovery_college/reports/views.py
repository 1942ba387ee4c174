"""The reports of the office: a page each, and the same as a sheet, as plain text and on paper."""

from dataclasses import dataclass, replace
from io import BytesIO

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
)
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import desk_only, manager_only, the_person
from recovery_college.college.queries import the_college
from recovery_college.errors import NotFound
from recovery_college.pages import Page, page_number
from recovery_college.prospectus.paper import alone_at_the_press, pressed
from recovery_college.prospectus.queries import finish_reading
from recovery_college.reports import commands, contents, counts, queries, runs, sheets
from recovery_college.reports.census import answers_to, figures_of
from recovery_college.reports.contents import Maker
from recovery_college.reports.files import rows_of
from recovery_college.reports.forms import BudgetForm, CensusForm, FilterForm, ReturnForm
from recovery_college.reports.leaving import leaving
from recovery_college.reports.returning import document, periods
from recovery_college.reports.rules.asked import Filters, WrongPeriod, check_period, filters_of
from recovery_college.reports.rules.kept import read
from recovery_college.reports.rules.money import pence_of
from recovery_college.reports.rules.naming import period_words
from recovery_college.reports.rules.tables import Report, cell_words, percent_words
from recovery_college.reports.rules.terms import Days, before, current
from recovery_college.reports.runs import COMPLETION
from recovery_college.scheduling import queries as scheduling

bp = Blueprint("reports", __name__)
SIZE = 50
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """What an address asks for: `wrong` is why it makes no sense, if it makes none.

    `left_aside` is that it asks for less than a term of a report that can't tell.
    """

    filters: Filters
    terms: list[Days]
    wrong: WrongPeriod | None = None
    left_aside: bool = False

    @property
    def term(self) -> Days | None:
        return next((each for each in self.terms if each.id == self.filters.term), None)

    @property
    def period(self) -> str:
        return period_words(self.filters, self.term)

    @property
    def before(self) -> list[tuple[str, Filters]]:
        """The same of the term before, and of a year before."""
        if self.term is None or self.filters.since or self.filters.until:
            return []
        earlier = before(self.term, self.terms)
        return [(each.name, self.filters.but(term=each.id)) for each in earlier]


@bp.get("/office/reports")
@desk_only
def index() -> ResponseReturnValue:
    """The key figures of the term, each with what it is out of."""
    asked = _asked()
    found = contents.key_figures(asked.filters, clock.now(), asked.before)
    reports = contents.REPORTS.values()
    page = render_template(
        "reports/index.html", asked=asked, report=found, reports=reports, **_words(asked)
    )
    return page, _status(asked)


@bp.route("/office/reports/return", methods=["GET", "POST"])
@manager_only
def make_return() -> ResponseReturnValue:
    """Choose, look, write, and save it as it is sent."""
    terms, now = queries.terms(), clock.now()
    choices = periods(terms, clock.in_london(now).date())
    key = request.args.get("period", choices[0].key)
    period = next((each for each in choices if each.key == key), None)
    if period is None:
        raise NotFound
    made, form = document(period, now, the_college().small_numbers), ReturnForm()
    if form.validate_on_submit():
        saved = commands.save_return(the_person(), period.name, made, words=form.words.data)
        flash("Saved as it stands. Nothing changes it any more.")
        return redirect(f"/office/reports/returns/{saved.id}")
    return render_template(
        "reports/return.html",
        form=form,
        period=period,
        periods=choices,
        reports=made,
        earlier=queries.saved_returns(),
        cell_words=cell_words,
        percent_words=percent_words,
    ), form.status


@bp.get("/office/reports/returns/<int:return_id>")
@manager_only
def saved_return(return_id: int) -> str:
    return _saved("reports/saved-return.html", return_id)


@bp.get("/office/reports/returns/<int:return_id>.pdf")
@manager_only
def saved_return_pdf(return_id: int) -> Response:
    """Tagged. The connection is free meanwhile."""
    website = str(current_app.config["BASE_URL"])
    html = _saved("reports/return-paper.html", return_id, website=website, college=the_college())
    return _paper(html, f"return-{return_id}")


@bp.get("/office/reports/<slug:slug>")
@desk_only
def report(slug: str) -> ResponseReturnValue:
    maker = _maker(slug)
    asked = _asked_of(maker)
    by = maker.breakdown(request.args.get("by", ""))
    made = maker.make(asked.filters, [by], clock.now(), asked.before)
    page = render_template(
        "reports/report.html", asked=asked, report=made, maker=maker, by=by, **_words(asked)
    )
    return page, _status(asked)


@bp.get("/office/reports/<slug:slug>/sessions")
@desk_only
def sessions(slug: str) -> ResponseReturnValue:
    """The rows behind a figure."""
    maker, asked, now = _maker(slug, behind="sessions"), _asked(), clock.now()
    page = Page(page_number(request.args), SIZE, queries.count_sessions(asked.filters, now))
    rows = queries.page_of_sessions(asked.filters, now, first=page.offset, size=SIZE)
    return render_template(
        "reports/sessions.html", asked=asked, maker=maker, rows=rows, page=page
    ), _status(asked)


@bp.get("/office/reports/<slug:slug>/runs")
@desk_only
def runs_behind(slug: str) -> ResponseReturnValue:
    """The runs behind a figure, each with what is counted of it."""
    maker, asked, now = _maker(slug, behind="runs"), _asked(), clock.now()
    over = maker.name == COMPLETION.name
    page = Page(page_number(request.args), SIZE, counts.count_runs(asked.filters, now, over=over))
    rows = counts.page_of_runs(asked.filters, now, over=over, first=page.offset, size=SIZE)
    found = runs.figures_of(maker.name, asked.filters, now, [row.id for row in rows])
    return render_template(
        "reports/runs.html", asked=asked, maker=maker, rows=rows, figures=found, page=page
    ), _status(asked)


@bp.get("/office/reports/<slug:slug>.csv")
@desk_only
def report_csv(slug: str) -> Response:
    made, asked = _leaving(slug)
    return Response(
        stream_with_context(sheets.as_csv(made, asked.period)),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={made.name}.csv"},
    )


@bp.get("/office/reports/<slug:slug>.xlsx")
@desk_only
def report_xlsx(slug: str) -> ResponseReturnValue:
    made, asked = _leaving(slug)
    content = BytesIO(sheets.as_xlsx(made, asked.period, _narrowed(asked)))
    return send_file(content, SPREADSHEET, as_attachment=True, download_name=f"{made.name}.xlsx")


@bp.get("/office/reports/<slug:slug>.pdf")
@desk_only
def report_pdf(slug: str) -> Response:
    """Tagged. The connection is free meanwhile."""
    made, asked = _leaving(slug)
    made = replace(made, tables=[table.at_hand for table in made.tables])
    website, college = str(current_app.config["BASE_URL"]), the_college()
    html = render_template(
        "reports/paper.html",
        asked=asked,
        report=made,
        college=college,
        website=website,
        narrowed=_narrowed(asked),
        cell_words=cell_words,
        percent_words=percent_words,
    )
    return _paper(html, made.name)


def _paper(html: str, name: str) -> Response:
    finish_reading()
    with alone_at_the_press():
        pdf = pressed(html, str(current_app.config["BASE_URL"]))
    headers = {"Content-Disposition": f"inline; filename={name}.pdf"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@bp.route("/office/reports/census", methods=["GET", "POST"])
@manager_only
def census() -> ResponseReturnValue:
    """The figures of the area, which the report on reach stands beside the students."""
    form = CensusForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            commands.load_census(the_person(), figures_of(rows_of(form.content)))
            flash("The figures of your area are in place.")
            return redirect("/office/reports/reach")
    page = render_template("reports/census.html", form=form, questions=answers_to())
    return page, form.status


def _saved(template: str, return_id: int, **words: object) -> str:
    found = queries.saved_return(return_id)
    return render_template(
        template,
        saved=found,
        reports=[read(each) for each in found.content],
        cell_words=cell_words,
        percent_words=percent_words,
        **words,
    )


@bp.route("/office/reports/budget", methods=["GET", "POST"])
@manager_only
def budget() -> ResponseReturnValue:
    form = BudgetForm(queries.terms())
    if form.validate_on_submit():
        with form.showing_refusals():
            term = scheduling.term(int(form.term.data))
            pence = pence_of(form.amount.data)
            commands.set_budget(the_person(), term, pence, form.words.data or "")
            flash("Kept.")
            return redirect(f"/office/reports/cost?term={term.id}")
    page = render_template("reports/budget.html", form=form, budgets=queries.budgets())
    return page, form.status


def _leaving(name: str) -> tuple[Report, Asked]:
    """With all its breakdowns, and with small numbers of people hidden."""
    maker = _maker(name)
    asked = _asked_of(maker)
    if asked.wrong:
        raise asked.wrong
    return leaving(maker, asked.filters, clock.now(), the_college().small_numbers), asked


def _maker(name: str, *, behind: str = "") -> Maker:
    """`behind` are the rows that it must open into, if that is asked."""
    found = contents.REPORTS.get(name)
    if found is None or behind not in ("", found.behind):
        raise NotFound
    return found


def _asked_of(maker: Maker) -> Asked:
    """Of what can't look at less than a term, that term."""
    asked = _asked()
    whole = Filters(term=asked.filters.term)
    if not maker.whole_terms or asked.filters == whole:
        return asked
    return replace(asked, filters=whole, left_aside=True)


def _asked() -> Asked:
    """The running term, if nothing else is asked for."""
    terms, today = queries.terms(), clock.in_london(clock.now()).date()
    running = current(terms, today)
    usual = Filters(term=running.id if running else 0)
    try:
        filters = filters_of(request.args)
        check_period(filters, today)
    except WrongPeriod as wrong:
        return Asked(usual, terms, wrong)
    if filters.since or filters.until or "term" in request.args:
        return Asked(filters, terms)
    return Asked(filters.but(term=usual.term), terms)


def _words(asked: Asked) -> dict[str, object]:
    form = FilterForm(asked.filters, asked.terms, queries.choices())
    if asked.wrong is not None:
        form.show(asked.wrong, request.args)
    return {"form": form, "cell_words": cell_words, "percent_words": percent_words}


def _narrowed(asked: Asked) -> list[tuple[str, str]]:
    """The filters in words, for a download."""
    form = FilterForm(asked.filters, asked.terms, queries.choices())
    return form.chosen


def _status(asked: Asked) -> int:
    return 422 if asked.wrong else 200
