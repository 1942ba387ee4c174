"""The public pages. Nobody needs to sign in, and nothing about a visitor is kept."""

import re
from functools import lru_cache

from flask import Blueprint, Response, current_app, render_template, request

from recovery_college import clock, ical
from recovery_college.accounts.access import is_signed_in, open_to_anyone
from recovery_college.college.queries import college_on_pages
from recovery_college.errors import NotFound
from recovery_college.prospectus import listing, paper, queries
from recovery_college.prospectus.booking import left_of
from recovery_college.prospectus.cards import results_of, shell_of
from recovery_college.prospectus.diary import dates_of
from recovery_college.prospectus.listing import Frame, Listing
from recovery_college.prospectus.makers import made_by
from recovery_college.prospectus.panels import course_before, offer_of, open_of
from recovery_college.prospectus.rules import Filters, believed_until
from recovery_college.prospectus.structured import course_data
from recovery_college.scheduling.rules.pictures import kind_of

RESULTS = "<!-- results -->"
MOST_RUNS = 20  # on one page; the office knows of the rest

bp = Blueprint("prospectus", __name__)


@bp.get("/")
@open_to_anyone
def home() -> str:
    return render_template("home.html", strands=queries.strands())


@bp.get("/courses")
@open_to_anyone
def courses() -> Response:
    now = clock.now()
    around = listing.frame(now)
    filters = Filters.read(request.args).known_among(around.strands, around.venues, around.terms)
    found = listing.listing(filters, around, now)
    if is_signed_in():
        before, after = _shell.__wrapped__(around, filters, _site())
        return Response(before + _results(found, around) + after)
    tag = f'"{current_app.config["VERSION"]}-{found.version(around)}"'
    if request.if_none_match.contains(tag.strip('"')):
        return Response(status=304, headers={"ETag": tag})
    before, after = _shell(around, filters, _site())
    return Response(before + _results(found, around) + after, headers={"ETag": tag})


def _results(found: Listing, around: Frame) -> str:
    return render_template("prospectus/results.html", **results_of(found, around))


@lru_cache(maxsize=64)
def _shell(around: Frame, filters: Filters, site: str) -> list[str]:
    """What stands before and after the results, rendered once for each frame and question.

    Only for those who are not signed in: the page's head names whoever is.
    """
    shell = shell_of(filters, around)
    return render_template("prospectus/list.html", base_url=site, **shell).split(RESULTS)


@bp.get("/courses/<slug:slug>")
@open_to_anyone
def course(slug: str) -> str:
    now = clock.now()
    shown = queries.course_on_show(slug)
    runs = queries.runs_on_show(shown, now, key=_link_key(), most=2 * MOST_RUNS)
    beside = queries.beside(runs)
    return render_template(
        "prospectus/course.html",
        course=shown,
        made_by=made_by(shown),
        before=course_before(shown),
        offer=offer_of(runs, beside, now, most=MOST_RUNS),
        link_key=_link_key(),
        data=course_data(shown, open_of(runs, now), beside, college_on_pages(), site=_site()),
    )


@bp.get("/courses/<slug:slug>.ics")
@open_to_anyone
def dates(slug: str) -> Response:
    now = clock.now()
    shown = queries.course_on_show(slug)
    runs = queries.runs_on_show(shown, now, key=_link_key(), most=2 * MOST_RUNS)
    made = dates_of(shown, open_of(runs, now), college_on_pages(), site=_site())
    answer = Response(made, content_type=ical.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = "inline; filename=dates.ics"
    return _unless_known(answer)


@bp.get("/venues")
@open_to_anyone
def venues() -> str:
    return render_template("prospectus/venues.html", venues=queries.venues())


@bp.get("/venues/<slug:slug>")
@open_to_anyone
def venue(slug: str) -> str:
    shown, has_photo = queries.venue_on_show(slug)
    runs = [
        (run, left_of(left, drop_in=run.drop_in))
        for run, left in queries.runs_at(shown, clock.now(), most=MOST_RUNS)
    ]
    return render_template("prospectus/venue.html", venue=shown, has_photo=has_photo, runs=runs)


@bp.get("/venues/<slug:slug>/door")
@open_to_anyone
def door(slug: str) -> Response:
    photo = queries.door_photo(slug)
    kind = kind_of(photo)
    if kind is None:
        raise NotFound
    return _unless_known(Response(photo, content_type=kind))


@bp.get("/prospectus.pdf")
@open_to_anyone
def prospectus_pdf() -> Response:
    now, college = clock.now(), college_on_pages()
    size = paper.Size.read(request.args.get("size", ""))
    paper.check_printable(queries.printed_count(now), college)
    draft = paper.typeset(queries.printed_runs(now), college, _site(), size)
    queries.finish_reading()
    headers = {
        "ETag": f'"{draft.version}"',
        "Content-Disposition": f"inline; filename={size.filename}",
    }
    if request.if_none_match.contains_weak(draft.version):
        return Response(status=304, headers=headers)
    return Response(paper.printed(draft), mimetype="application/pdf", headers=headers)


@bp.get("/talk-now")
@open_to_anyone
def talk_now() -> str:
    return render_template("talk-now.html")


@bp.get("/privacy")
@open_to_anyone
def privacy() -> str:
    return render_template("privacy.html")


@bp.get("/accessibility")
@open_to_anyone
def accessibility() -> str:
    return render_template("accessibility.html")


@bp.get("/robots.txt")
@open_to_anyone
def robots() -> Response:
    words = render_template("robots.txt", site=_site())
    return Response(words, mimetype="text/plain")


@bp.get("/security")
@open_to_anyone
def security() -> str:
    return render_template("security.html", contact=_security_contact())


@bp.get("/.well-known/security.txt")
@open_to_anyone
def security_txt() -> Response:
    """RFC 9116. It says for how long it may be believed, counted from the day it is read."""
    words = render_template(
        "security.txt",
        site=_site(),
        contact=_security_contact(),
        policy=current_app.config["SECURITY_POLICY"] or f"{_site()}/security",
        expires=believed_until(clock.now()),
    )
    return Response(words + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
@open_to_anyone
def sitemap() -> Response:
    courses = queries.slugs_on_show(clock.now())
    page = render_template("sitemap.xml", site=_site(), courses=courses, venues=queries.venues())
    return Response(page, mimetype="application/xml")


def _site() -> str:
    return str(current_app.config["BASE_URL"])


def _security_contact() -> str:
    given = str(current_app.config["SECURITY_CONTACT"])
    return given or f"mailto:{college_on_pages().office_email}"


def _link_key() -> str:
    """The key of a run that only those with its link can find; nonsense is none."""
    given = request.args.get("run", "")
    return given if re.fullmatch("[A-Za-z0-9_-]{1,64}", given) else ""


def _unless_known(answer: Response) -> Response:
    """Nothing but "as you have it", when the visitor has these very bytes."""
    answer.add_etag()
    answer.make_conditional(request)
    return answer
