"""Access needs and reach, before any small number is hidden."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace as Row
from typing import Any

from recovery_college.accounts.equality import ANSWERS, QUESTIONS, REASONS
from tests.reports.rawrows import Asked, Rows
from tests.reports.second.shape import Counted, Line, half_up, number, share_line

ENDED = (
    ("arranged", True),
    ("arranged", False),
    ("not_possible", True),
    ("not_possible", False),
    ("open", False),
)
WHY, MORE, SILENT = "coming_as", "More than one of these", "Did not say"
ASKED: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    WHY: ("I come as\u2026", REASONS),
    **{each.value: (words, ANSWERS[each]) for each, words in QUESTIONS.items()},
}


def needs(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    """Of who held a place when the run began, or holds one on a run that is still to come."""
    del by
    found = [
        (run, ended)
        for run in rows.runs(asked)
        if run.start is not None and not run.drop_in
        for place in rows.places.get(run.id, [])
        if rows.holds(place, min(run.start, rows.now))
        if (ended := _ended(rows, run, place)) is not None
    ]
    groups: dict[tuple[int, str], list[tuple[str, bool]]] = defaultdict(list)
    for run, ended in found:
        of_term = (run.course_id, run.course.title) if asked else (run.term_id, run.term.name)
        groups[of_term].append(ended)
    whole = _need_line([ended for _, ended in found])
    lines = [(heading, *_need_line(ended)) for (_, heading), ended in groups.items()]
    return Counted(
        [
            share_line("Arranged", (whole[1] + whole[2], whole[0])),
            share_line("Not possible, and talked about", (whole[3] + whole[4], whole[0])),
            share_line("Agreed by the student", (whole[1] + whole[3], whole[0])),
            share_line("Open", (whole[5], whole[0])),
        ],
        {"needs": [*lines, ("All together", *whole)], "ended": _ended_lines(whole)},
        [],
    )


def reach(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    del by
    students = {
        place.person_id
        for run in rows.begun(asked)
        for place in rows.held(run)
        if place.person_id is not None
    }
    said = {name: _said(rows, name, students) for name in ASKED}
    answered = {name: len(students) - found[SILENT] for name, found in said.items()}
    of = len(students)
    responses: list[Line] = [
        (ASKED[name][0], many, _percent(many, of)) for name, many in answered.items()
    ]
    tables = {"responses": [*responses, ("All students", of, "")]}
    for name, found in said.items():
        area = {
            each.answer: each.people for each in rows.of["census_figure"] if each.question == name
        }
        if area or answered[name]:
            tables[name] = _answers(name, found, answered[name], area, of)
    headlines = [
        ("Students", number(of), [number(of)]),
        share_line("Said why they come", (answered[WHY], of)),
    ]
    return Counted(headlines, tables, [])


def _ended(rows: Rows, run: Row, place: Row) -> tuple[str, bool] | None:
    """How it ended, and whether the student says that it works; `None` if there is no need."""
    settled = {each.enrolment_id: each for each in rows.of["adjustment"]}.get(place.id)
    person = rows.by_id("person").get(place.person_id)
    if settled is None:
        shares = person is not None and person.needs_shared and person.needs
        return ("open", False) if shares else None
    said_no = settled.agreed is not None and not settled.agreed
    if said_no or (not settled.stands and run.end > rows.now):
        return ("open", False)
    return settled.state, bool(settled.agreed)


def _need_line(ended: Sequence[tuple[str, bool]]) -> Line:
    count = Counter(ended)
    return (len(ended), *(count[each] for each in ENDED))


def _ended_lines(whole: Line) -> list[Line]:
    words = [
        *("Arranged, and it works", "Arranged, no word yet", "Not possible, and agreed"),
        *("Not possible, no word yet", "Open"),
    ]
    pairs = zip(words, whole[1:], strict=True)
    lines = [(each, many, _percent(many, whole[0])) for each, many in pairs]
    return [*lines, ("All together", whole[0], "")]


def _said(rows: Rows, question: str, students: Iterable[int]) -> Counter[str]:
    theirs: dict[int, list[str]] = defaultdict(list)
    if question == WHY:
        for each in rows.of["coming_as"]:
            theirs[each.person_id].append(each.reason)
    for each in rows.of["equality_answer"]:
        if each.question == question:
            theirs[each.person_id].append(each.answer)
    found: Counter[str] = Counter()
    for person in students:
        answers = theirs.get(person, [])
        found[SILENT if not answers else answers[0] if len(answers) == 1 else MORE] += 1
    return found


def _answers(
    name: str, found: Counter[str], answered: int, area: Mapping[str, int], students: int
) -> list[Line]:
    people = sum(area.values())
    lines: list[Line] = []
    for answer, words in [*ASKED[name][1].items(), (MORE, MORE), (SILENT, SILENT)]:
        share = "" if answer == SILENT else _percent(found[answer], answered)
        there = [_percent(area[answer], people) if answer in area else ""] if people else []
        lines.append((words, found[answer], share, *there))
    return [*lines, ("All students", students, *[""] * (2 if people else 1))]


def _percent(part: int, whole: int) -> str:
    return f"{half_up(part, whole)}%" if whole else ""
