"""Cost and the co-production record."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace as Row

from recovery_college.formatting import listed, short_day
from tests.reports.rawrows import Asked, Rows, in_london
from tests.reports.second.shape import Counted, Line, number, share_line

NONE_YET = "No budget typed in yet"
TITLES = ("dr", "mr", "mrs", "ms", "miss", "prof")


def cost(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    del by
    pence = {each.term_id: each.pence for each in rows.of["budget"]}
    lines: list[Line] = []
    for term in rows.of["term"]:
        runs = rows.begun({"term": term.id}, drop_ins=True)
        if asked.get("term", term.id) == term.id and (runs or term.id in pence):
            lines.append((term.name, *_cost_line(rows, runs, pence.get(term.id))))
    paid = [each for each in pence if asked.get("term", each) == each]
    runs = [run for each in paid for run in rows.begun({"term": each}, drop_ins=True)]
    money = sum(pence[each] for each in paid) if paid else None
    whole = _cost_line(rows, runs, money)
    if money is not None:
        lines.append(("All with a budget", *whole))
    headlines = []
    for at, one in enumerate(("run", "place", "student")):
        said = [] if money is None else [f"{money / 100:,.2f}", number(whole[1 + at])]
        each = whole[4 + at]
        words = "none yet" if each is None else f"\u00a3{each:,.2f}"
        headlines.append((f"For each {one}", words, said))
    return Counted(headlines, {"cost": lines}, [])


def co_production(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    del by
    courses = [each for each in rows.of["course"] if each.state != "archived"]
    today = in_london(rows.now).date()
    decided = {
        course.id: [each.decided_on for each in rows.of["decision"] if each.course_id == course.id]
        for course in courses
    }
    terms = [each for each in rows.of["term"] if each.id == asked.get("term")]
    days = [day for days in decided.values() for day in days]
    if terms:
        days = [day for day in days if terms[0].starts_on <= day <= terms[0].ends_on]
    lines: list[Line] = []
    both, due = 0, 0
    for course in courses:
        made = [each for each in rows.of["contributor"] if each.course_id == course.id]
        sides = {each.side for each in made}
        last = max(decided[course.id], default=None)
        is_due = last is None or last + timedelta(days=365) <= today
        both, due = both + (len(sides) == 2), due + is_due
        named = [
            _named(rows, [each for each in made if each.side == side])
            for side in ("lived", "professional")
        ]
        by_whom = ("Nobody yet", "One side only", "Both")[len(sides)]
        lines.append(
            (
                course.title,
                *named,
                by_whom,
                short_day(last) if last else "Never",
                "Due" if is_due else "",
            )
        )
    return Counted(
        [
            share_line("Made by both", (both, len(courses))),
            share_line("Due for review", (due, len(courses))),
            ("Decisions", number(len(days)), [number(len(days))]),
        ],
        {"courses": lines, "made": _by_whom([line[3] for line in lines])},
        [],
    )


def _by_whom(found: Sequence[str]) -> list[Line]:
    sides = ("Both", "One side only", "Nobody yet")
    return [(words, (found.count(words), len(found))) for words in sides]


def _cost_line(rows: Rows, runs: Sequence[Row], pence: int | None) -> Line:
    held = [place for run in runs if not run.drop_in for place in rows.held(run)]
    seats = sum(2 if each.supporter == "place" else 1 for each in held)
    students = {each.person_id for each in held if each.person_id is not None}
    counts = (len(runs), seats, len(students))
    if pence is None:
        return (NONE_YET, *counts, None, None, None)
    return (pence / 100, *counts, *(round(pence / each) / 100 if each else None for each in counts))


def _named(rows: Rows, made: Sequence[Row]) -> str:
    """As they wish to be: in full, by their first name, or not at all."""
    people, names = rows.by_id("person"), []
    for each in sorted(made, key=lambda one: one.id):
        words = people[each.person_id].name.split()
        first = next((one for one in words if one.rstrip(".").lower() not in TITLES), words[0])
        if each.shown_as != "not_named":
            names.append(" ".join(words) if each.shown_as == "full_name" else first)
    silent = len(made) - len(names)
    return listed([*names, *([f"{silent} not named"] if silent else [])]) or "Nobody yet"
