"""Reports about people with filters, such that no two of them can be subtracted.

What a manager can be told: *numbers of people are given for everything, for a term, and in a term
for one course, strand, venue or way of coming; what would tell of somebody beside a report that
holds more people is a star.*

Subtracting two reports counts somebody only if all people of one are in the other, which is so if
all its runs are. So not the filters' names but the runs decide: a course lies within its strand,
and a venue within a course if nothing else was held there. For every such two, inside, outside
and all make one table, and what is few outside is kept as if it stood there. It is the one sum
that holds for people, who are counted once and may be on two courses. And where values of a filter
make up a report they are protected with it, so that opening one after the other tells no more.

A wider report never changes for a narrower one, which may be asked for or not: the narrower hides
more, down to all of it. So here a star may be a 0 too.

Totals are protected first and alone, so that the same people have the same total in every report,
whatever its lines (age, gender). The lines make do with it, and it is hidden for their sake only
if nothing else helps.

Not promised: against three reports and more that are not all values of one filter; and against
two reports of the same people on different lines by more than that their totals nearly always
agree.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.circulation import Circulation, Figure, protect
from recovery_college.reports.rules.figures import ANY, SMALL, Shown
from recovery_college.reports.rules.small_numbers import (
    LAST,
    Listing,
    a_cell,
    a_grid,
    a_listing,
    a_total,
)

Runs = frozenset[Hashable]
FREE = Shown(None)  # nobody is told anything of it
BOUNDLESS = Shown(None, -ANY, ANY)


@dataclass(frozen=True)
class Cut:
    """What a filter leaves: the runs, and of their people how many are in each line.

    Everybody is in exactly one. Of a question with several answers each is a report of its own,
    with the lines yes and no.
    """

    runs: Runs
    counts: Sequence[int]


@dataclass(frozen=True)
class Wider:
    """A report that holds the same people and others, as it is published."""

    cut: Cut
    listing: Listing


@dataclass(frozen=True)
class _Page:
    runs: Runs
    lines: list[Figure]
    total: Figure


def narrowed(
    filters: Sequence[Sequence[Cut]], wider: Sequence[Wider], rule: SmallNumbers
) -> dict[Runs, Listing]:
    """All reports that one filter more can give, by their runs.

    `filters` has for each filter the cuts of all its values that have a run; `wider` is all that
    was published on the way. From the top down:

        narrowed([[everything]], [], rule)
        narrowed([terms], [everything], rule)
        narrowed([courses, strands, venues, modes of a term], [everything, the term], rule)

    Students by course or strand are the same with one line.
    """
    totals = _published(
        [[_in_one(cut) for cut in cuts] for cuts in filters],
        [
            Wider(_in_one(each.cut), Listing((each.listing.total,), each.listing.total))
            for each in wider
        ],
        rule,
        {},
    )
    return _published(filters, wider, rule, {runs: each.total for runs, each in totals.items()})


def _published(
    filters: Sequence[Sequence[Cut]],
    wider: Sequence[Wider],
    rule: SmallNumbers,
    totals: Mapping[Runs, Shown],
) -> dict[Runs, Listing]:
    above = {each.cut.runs: _as_it_is(each) for each in wider}
    cuts = {cut.runs: cut for values in filters for cut in values}
    pages = {
        runs: _without_nobody(_page(cut, rule, totals), wider)
        for runs, cut in cuts.items()
        if runs not in above
    }
    around = {**above, **pages}
    circulations = [_alone(page) for page in pages.values()]
    here, of_run = list(around.values()), _of_run(list(around))
    circulations += [
        _in_and_out(inner, here[at], rule)
        for inner in around.values()
        for at in of_run[next(iter(inner.runs))]
        if inner.runs < here[at].runs and (inner.runs in pages or here[at].runs in pages)
    ]
    for values in filters:
        circulations += _side_by_side([cut.runs for cut in values], around)
    protect(circulations)
    return {runs: a_listing(around[runs].lines, around[runs].total) for runs in cuts}


def _page(cut: Cut, rule: SmallNumbers, totals: Mapping[Runs, Shown]) -> _Page:
    total = a_total(sum(cut.counts), rule, floor=0)
    if shown := totals.get(cut.runs):
        is_star = shown.number is None
        total = Figure(total.count, shown, 10 * LAST, floor=0, secret=is_star)
    return _Page(cut.runs, [a_cell(count, rule, floor=0) for count in cut.counts], total)


def _without_nobody(page: _Page, wider: Sequence[Wider]) -> _Page:
    """Where a wider report shows nobody there is nobody here either, and all know it."""
    around = [each.listing.lines for each in wider if each.cut.runs >= page.runs]
    lines = [
        _known(0) if not line.count and any(lines[at].most == 0 for lines in around) else line
        for at, line in enumerate(page.lines)
    ]
    return _Page(page.runs, lines, page.total)


def _as_it_is(wider: Wider) -> _Page:
    shown = [*wider.listing.lines, wider.listing.total]
    counts = [*wider.cut.counts, sum(wider.cut.counts)]
    *lines, total = [
        Figure(count, each, secret=each.number is None)
        for count, each in zip(counts, shown, strict=True)
    ]
    return _Page(wider.cut.runs, lines, total)


def _in_one(cut: Cut) -> Cut:
    return Cut(cut.runs, [sum(cut.counts)])


def _alone(page: _Page) -> Circulation:
    circulation = Circulation()
    for line in page.lines:
        circulation.add("all", "lines", line)
    circulation.add("lines", "all", page.total)
    return circulation


def _in_and_out(inner: _Page, outer: _Page, rule: SmallNumbers) -> Circulation:
    """Where nobody is inside, all are outside, and the wider report says how many that is. Who is
    on another line there (new to everything, and not to a term) is not outside: then it is no
    number of people.
    """
    outside = [
        _outside(all_.count - line.count, rule) if line.count else Figure(all_.count, FREE)
        for line, all_ in zip(inner.lines, outer.lines, strict=True)
    ]
    rest = _unpublished(outer.total.count - inner.total.count, rule)
    return a_grid([inner.lines, outside], outer.lines, [inner.total, rest], outer.total)


def _outside(count: int, rule: SmallNumbers) -> Figure:
    return _unpublished(count, rule) if count >= 0 else Figure(count, BOUNDLESS)


def _of_run(reports: Sequence[Runs]) -> Mapping[Hashable, list[int]]:
    """Where the reports stand that each run is in: so they need not all be compared."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for at, runs in enumerate(reports):
        for run in runs:
            found[run].append(at)
    return found


def _side_by_side(values: Sequence[Runs], around: Mapping[Runs, _Page]) -> Iterator[Circulation]:
    """The values of a filter with every report that some of them make up."""
    of_run = _of_run(values)
    for outer in around.values():
        near = sorted({at for run in outer.runs for at in of_run.get(run, ())})
        within = [values[at] for at in near if values[at] < outer.runs]
        if frozenset().union(*within) == outer.runs:
            yield from _made_up(outer, [around[runs] for runs in within])


def _made_up(outer: _Page, parts: Sequence[_Page]) -> Iterator[Circulation]:
    """How many are in more than one part is taken as known, which errs towards hiding. Of lines
    that the wider report has not (nobody is old to everything) nothing is known.
    """
    totals = [part.total for part in parts]
    alike = [
        at
        for at, line in enumerate(outer.lines)
        if all(part.lines[at].count <= line.count for part in parts)
    ]
    rows = [outer.lines[at] for at in alike]
    columns = [[part.lines[at] for at in alike] for part in parts]
    if len(alike) == len(outer.lines):
        yield _adding_up(columns, rows, totals, outer.total)
        return
    yield _adding_up(columns, rows, list(map(_unknown, columns)), _unknown(rows))
    below = [_unknown([each]) for each in totals]
    yield _adding_up([[each] for each in totals], [outer.total], below, _unknown([outer.total]))


def _adding_up(
    columns: Sequence[Sequence[Figure]],
    right: Sequence[Figure],
    below: Sequence[Figure],
    corner: Figure,
) -> Circulation:
    circulation = a_grid(columns, right, below, corner)
    again = [
        sum(cell.count for cell in row) - total.count
        for row, total in zip(zip(*columns, strict=True), right, strict=True)
    ]
    for at, count in enumerate(again):
        circulation.add("all", ("row", at), _known(count))
    circulation.add("end", "all", _known(sum(again)))
    return circulation


def _unknown(parts: Sequence[Figure]) -> Figure:
    return Figure(sum(part.count for part in parts), FREE)


def _unpublished(count: int, rule: SmallNumbers) -> Figure:
    return Figure(count, FREE, secret=1 <= count <= SMALL[rule])


def _known(count: int) -> Figure:
    return Figure(count, Shown(count, count, count))
