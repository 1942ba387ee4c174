"""The public pages. Nobody needs to sign in, and nothing about a visitor is kept."""

from flask import Blueprint, Response, current_app, render_template, request

from recovery_college import clock
from recovery_college.accounts.access import open_to_anyone
from recovery_college.courses.rules import Mode, Theme
from recovery_college.pages import Page
from recovery_college.prospectus import listing
from recovery_college.prospectus.cards import cards
from recovery_college.prospectus.listing import Frame, Listing
from recovery_college.prospectus.rules import COUNTED, PAGE_SIZE, Filters, Weekday, heading
from recovery_college.scheduling.rules import PartOfDay

bp = Blueprint("prospectus", __name__)
CHOICES = {
    "days": [(day.value, day.label) for day in Weekday],
    "times": [(part.value, part.label) for part in PartOfDay],
    "modes": [(mode.value.replace("_", "-"), mode.label) for mode in Mode],
    "themes": [(theme.value, theme.label) for theme in Theme],
}


@bp.get("/")
@open_to_anyone
def home() -> str:
    return render_template("home.html")


@bp.get("/courses")
@open_to_anyone
def courses() -> Response:
    now = clock.now()
    around = listing.frame(now)
    asked = Filters.read(request.args)
    filters = asked.known_among(around.strands, around.venues, around.terms)
    found = listing.listing(filters, around, now)
    version = f"{current_app.config['VERSION']}-{found.version(around)}"
    if version in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{version}"'})
    return Response(_courses(found, around), headers={"ETag": f'"{version}"'})


def _courses(found: Listing, around: Frame) -> str:
    filters = found.filters
    term = around.terms[filters.term] if filters.term else next(iter(around.terms.values()), None)
    only = term.name if term and (filters.term or len(around.terms) == 1) else ""
    return render_template(
        "prospectus/list.html",
        college=around.college,
        filters=filters,
        cards=cards(found, around),
        nearly=found.nearly,
        heading=heading(found.total, narrowed=filters.narrows, term=only),
        total=found.total if found.total <= COUNTED else f"more than {COUNTED}",
        page=Page(filters.page, PAGE_SIZE, found.total),
        strands=around.strands.values(),
        venues=[(venue.slug, venue.name) for venue in around.venues.values()],
        terms=[(term.slug, term.name) for term in around.terms.values()],
        base_url=current_app.config["BASE_URL"],
        **CHOICES,
    )
