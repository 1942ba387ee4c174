"""What leaves the office: read as a stranger reads it, file beside file."""

import csv
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from random import Random

import pytest
import time_machine

from recovery_college.accounts.rules import Role
from recovery_college.attendance.tally import SessionTally
from recovery_college.college.models import Setting
from recovery_college.college.rules import SmallNumbers
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.reports.rules import downloads, filtering
from recovery_college.reports.rules.asked import LEAVE
from recovery_college.reports.rules.downloads import EVERYTHING, Place
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.filtering import Cut
from recovery_college.reports.rules.small_numbers import Listing
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, over
from tests.conftest import ON_SQLITE, Browse, Browser, counted
from tests.factories import (
    make_course,
    make_person,
    make_room,
    make_run,
    make_strand,
    make_term,
    make_venue,
)
from tests.markup import words_of
from tests.reports.attacking import attack_pages

pytestmark = pytest.mark.usefixtures("app")
ROUNDED = SmallNumbers.ROUNDED
COLLEGES = range(20 if os.environ.get("PROOF") == "full" else 2)
HERE = "/office/reports/attendance"
LATER = datetime(2027, 8, 1, tzinfo=UTC)
MARKS = ("present", "told", "unheard")
NOBODY = Listing((Shown(0),) * 3, Shown(0))  # the line of what has no marks
Lines = dict[Place, list[int]]


def make_college(chance: Random) -> list[Run]:
    """Two terms of a few runs, with marks as few or as many as they come."""
    strands = [make_strand() for _ in range(2)]
    courses = [make_course(strand=chance.choice(strands)) for _ in range(3)]
    rooms = [make_room(make_venue(), exclusive=False) for _ in range(2)]
    terms, runs = [make_term(), make_term()], []
    for number in range(chance.randint(4, 6)):
        term, room = terms[number % 2], chance.choice(rooms)
        run = make_run(chance.choice(courses), term=term, room=room)
        with transaction():
            run.mode = chance.choice([Mode.IN_PERSON, Mode.HYBRID])
            for session in run.sessions:
                mean = chance.choice((1, 4, 12))
                marks = {each: int(chance.expovariate(1 / mean)) for each in MARKS}
                session.taken = True
                db.session.add(SessionTally(session_id=session.id, **marks))
        runs.append(run)
    return runs


def told_apart(run: Run) -> dict[str, int | str]:
    keys = {"term": run.term_id, "course": run.course_id, "strand": run.course.strand_id}
    return {**keys, "venue": run.venue_id or 0, "mode": str(run.mode)}


def marks_of(tally: SessionTally) -> list[int]:
    return [getattr(tally, each) for each in MARKS]


def cuts_of(runs: list[Run], term: int) -> dict[Place, Cut]:
    """All that downloads give of people, counted by the test itself."""
    places: list[Place] = [EVERYTHING]
    for run in runs:
        places += [(kind, key) for kind, key in told_apart(run).items()]
    found = {}
    for kind, key in dict.fromkeys(places):
        within = [
            run
            for run in runs
            if (kind, key) == EVERYTHING
            or (told_apart(run)[kind] == key and (kind == "term" or run.term_id == term))
        ]
        tallies = [
            db.session.get_one(SessionTally, session.id)
            for run in within
            for session in run.sessions
        ]
        runs_of = frozenset(each.session_id for each in tallies if any(marks_of(each)))
        found[kind, key] = Cut(runs_of, tuple(map(sum, zip(*map(marks_of, tallies), strict=True))))
    return {place: cut for place, cut in found.items() if any(cut.counts)}


def downloaded(dee: Browser, asked: str) -> dict[tuple[str, str], Listing]:
    """By heading and by what heads a line: was there, told us, did not hear, and their sum."""
    answer = dee.get(f"{HERE}.csv?{asked}")
    assert answer.status_code == 200, answer.text
    heading, found, rows = "", {}, list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    for row in rows[2:]:
        if len(row) == 1:
            heading = row[0]
        elif len(row) > 13 and not row[1].startswith("Sessions"):
            marks, *shares = (
                Shown(None if row[at] == "*" else int(row[at])) for at in (5, 6, 9, 12)
            )
            found[heading, row[0]] = Listing(tuple(shares), marks)
    return found


def all_downloads(dee: Browser, places: Mapping[Place, Cut], term: int) -> dict[Place, Listing]:
    """Each line as its own download says it, as its term's does, and both must say the same."""
    found = {}
    for kind, key in places:
        here = f"term={term}&{kind}={key}" if kind in LEAVE else f"term={key or 0}"
        opened = downloaded(dee, here)
        found[kind, key] = {each for (_, line), each in opened.items() if line == "All together"}
    [term_lines] = [downloaded(dee, f"term={term}")]
    single = {place: listings.pop() for place, listings in found.items() if len(listings) == 1}
    assert len(single) == len(found), "one file says two things"
    said = [each for (_, line), each in term_lines.items() if line != "All together"]
    assert all(each in [*single.values(), NOBODY] for each in said)
    return single


def is_cracked(runs: list[Run], dee: Browser, rule: SmallNumbers) -> bool:
    term = runs[0].term_id
    cuts = cuts_of(runs, term)
    shown = all_downloads(dee, cuts, term)
    filters = [
        [cut for place, cut in cuts.items() if place[0] == kind] for kind in (*LEAVE, "term")
    ]
    exact = [cut for place, cut in cuts.items() if place[0] in ("", "term")]
    pages = {cut: shown[place] for place, cut in cuts.items()}
    return bool(attack_pages(pages, filters, rule, exact))


def set_rule(rule: SmallNumbers) -> None:
    with transaction():
        db.session.add(Setting(key="small_numbers", value=rule.value))


def desk(browse: Browse) -> Browser:
    return browse(make_person("Dee", Role.DESK))


@ON_SQLITE
@pytest.mark.parametrize("rule", SmallNumbers)
@pytest.mark.parametrize("number", COLLEGES)
def test_no_star_can_be_worked_out_of_any_two_downloads(
    number: int, rule: SmallNumbers, browse: Browse
) -> None:
    set_rule(rule)
    runs = make_college(Random(number))  # noqa: S311
    with time_machine.travel(LATER, tick=False):
        assert not is_cracked(runs, desk(browse), rule)


@ON_SQLITE
def test_the_same_attacker_succeeds_where_files_are_as_the_pages(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file for itself: small numbers are hidden, and nothing for their sake."""
    monkeypatch.setattr(filtering, "protect", lambda circulations: None)
    with time_machine.travel(LATER, tick=False):
        assert is_cracked(make_college(Random(2)), desk(browse), ROUNDED)  # noqa: S311


def test_the_files_say_no_small_number_and_the_page_says_all(browse: Browse) -> None:
    people = {make_person(f"S {number}"): "pu" if number % 3 else "tp" for number in range(12)}
    run, _ = make_ran(people)
    with over(run):
        dee = desk(browse)
        page = words_of(dee.get(f"{HERE}?by=course").text)
        rows = list(csv.reader(StringIO(dee.get(f"{HERE}.csv").data.decode("utf-8-sig"))))
    assert "4 (17%)" in page
    assert "Counts of people: 0 stays, 1 to 7 become *" in rows[2][0]
    line = next(row for row in rows if row[:1] == ["Sleeping well"])
    assert line[5:] == ["24", "12", "24", "50", "*", "24", "", "*", "24", ""]


@ON_SQLITE
@pytest.mark.parametrize(
    "asked",
    ["since=2027-06-01", "weekday=1", "run=1", "term=0&course=1", "term=1&course=1&venue=1"],
)
def test_a_download_of_people_with_other_filters_is_refused_in_words(
    asked: str, browse: Browse
) -> None:
    run, _ = make_ran({make_person("Ada"): "p"})
    with over(run):
        dee = desk(browse)
        refused, allowed = dee.get(f"{HERE}.csv?{asked}"), dee.get(f"{HERE}?{asked}")
        hours = dee.get(f"/office/reports/co-delivery.csv?{asked}")
    assert (refused.status_code, allowed.status_code, hours.status_code) == (409, 200, 200)
    assert "Other filters are for the page alone." in words_of(refused.text)


def test_a_download_costs_the_same_for_one_run_and_for_many(browse: Browse) -> None:
    asked = []
    for number in (1, 6):
        for _ in range(number):
            make_college(Random(number))  # noqa: S311
        with time_machine.travel(LATER, tick=False):
            dee = desk(browse)
            with counted() as statements:
                assert dee.get(f"{HERE}.csv").status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1]


@ON_SQLITE
def test_a_download_of_a_term_in_which_nothing_ran_hides_nothing(browse: Browse) -> None:
    run, _ = make_ran({make_person("Ada"): "p"})
    with over(run):
        text = desk(browse).get(f"{HERE}.csv?term=999999").text
    assert "All together,0,0,0,,0,0,0,,0,0,,0,0," in text


@ON_SQLITE
def test_what_has_too_many_lines_tells_no_people_apart(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To hide so many for each other's sake would take minutes."""
    monkeypatch.setattr(downloads, "MOST_LINES", 1)
    people = [make_person() for _ in range(12)]
    run, _ = make_ran(dict.fromkeys(people, "p"))
    other, _ = make_ran(dict.fromkeys(people, "p"), "Hope")
    with transaction():
        other.term_id, other.course.strand_id = run.term_id, run.course.strand_id
    with over(run):
        files = [
            browse(make_person("Dee", Role.DESK)).get(f"{at}.csv?term={run.term_id}").text
            for at in (HERE, "/office/reports/students")
        ]
    assert all("More than 300 lines by course" in text for text in files)
    assert "Sleeping well,1,1,1,\r\n" in files[0]
    assert "By strand" in files[1]
    assert "By course" not in files[1]
