"""Numbers of people as all downloads give them: each line once, and everywhere the same.

They are given for everything, for a term, and in a term for one strand, course, venue or way to
meet. A number that is a star in one file and stands in the other is no secret; so lines are
protected together, from the top down (`filtering`), and not file by file.

The college's own totals, of everything and of a term, are exact; but those under five are hidden
with what would give them away, or a term with few people could never be protected.

Whatever a term has more than `MOST_LINES` of, as of courses or venues, tells no people apart. To
hide lines for each other's sake takes time that grows faster than they do; a large college has
some forty courses in a term.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.asked import LEAVE, Filters
from recovery_college.reports.rules.figures import Shown, shown
from recovery_college.reports.rules.filtering import Cut, Wider, narrowed
from recovery_college.reports.rules.small_numbers import Listing

TOTALS = SmallNumbers.HIDDEN
NOBODY = shown(0, TOTALS)
Place = tuple[str, Hashable]  # a line of a breakdown: by what, and which
EVERYTHING: Place = ("", None)
MOST_LINES = 300
Counts = Mapping[Place, Sequence[int]]
Apart = Mapping[str, Hashable]  # what sessions are told apart by, as in {"term": 3, "course": 5}


def place_of(filters: Filters) -> Place:
    """The line that a whole download is."""
    asked = ((kind, getattr(filters, kind)) for kind in (*LEAVE, "term"))
    return next(((kind, value) for kind, value in asked if value), EVERYTHING)


def told_apart(apart: Iterable[Apart]) -> list[str]:
    """By which filters people of a term are told apart: not by what has too many lines."""
    values: dict[str, set[Hashable]] = defaultdict(set)
    for each in apart:
        for kind, value in each.items():
            values[kind].add(value)
    return [kind for kind in LEAVE if len(values[kind]) <= MOST_LINES]


def lines_of(page: Place, kinds: Iterable[str]) -> tuple[str, ...]:
    """By what a file of this page tells people apart."""
    return ("term", *kinds) if page[0] == "term" else (page[0] or "term",)


def published(
    counts: Counts, term: Hashable, sessions: Iterable[Apart], rule: SmallNumbers
) -> dict[Place, Listing]:
    """Of everything, of all terms, and of what this term's sessions are told apart by.

    `counts` are the people of each line. `sessions` are those of the term that count anybody;
    several that are alike may be one.
    """
    cuts = _cuts(counts, term, sessions)
    terms = [place for place in cuts if place[0] == "term"]
    within = [[place for place in cuts if place[0] == kind] for kind in LEAVE]
    found = _level(cuts, [[EVERYTHING]], {}, TOTALS)
    if not cuts[EVERYTHING].runs:
        return found | {place: _nobody(cut.counts) for place, cut in cuts.items()}
    found |= _level(cuts, [terms], found, TOTALS)
    here = [place for place in (EVERYTHING, ("term", term)) if place in cuts and cuts[place].runs]
    around = {place: found[place] for place in here}
    return found | _level(cuts, within, around, rule)


def unknown(lines: Sequence[int]) -> Listing:
    """All of it hidden: nobody has proven what could be worked out of it."""
    return Listing(tuple(Shown(None) for _ in lines), Shown(None))


def _cuts(counts: Counts, term: Hashable, sessions: Iterable[Apart]) -> dict[Place, Cut]:
    """Of what is outside the term it is enough to know its terms."""
    others = [{"term": key} for kind, key in counts if kind == "term" and key != term]
    apart: list[Apart] = [
        *_alike(sessions),
        *(each for each in others if any(counts["term", each["term"]])),
    ]
    within = _within(apart)
    return {place: Cut(frozenset(within[place]), lines) for place, lines in counts.items()}


def _alike(sessions: Iterable[Apart]) -> list[Apart]:
    """One of those that are alike in what people are told apart by."""
    told = list(sessions)
    kinds = ["term", *told_apart(told)]
    each = [tuple((kind, one[kind]) for kind in kinds if kind in one) for one in told]
    return [dict(one) for one in dict.fromkeys(each)]


def _within(apart: Sequence[Apart]) -> Mapping[Place, list[int]]:
    """The numbers of those that each line holds."""
    found: dict[Place, list[int]] = defaultdict(list)
    found[EVERYTHING] = list(range(len(apart)))
    for number, each in enumerate(apart):
        for place in each.items():
            found[place].append(number)
    return found


def _level(
    cuts: Mapping[Place, Cut],
    filters: Sequence[Sequence[Place]],
    above: Mapping[Place, Listing],
    rule: SmallNumbers,
) -> dict[Place, Listing]:
    wider = [Wider(cuts[place], each) for place, each in above.items()]
    filled = [[cuts[place] for place in values if cuts[place].runs] for values in filters]
    found = narrowed(filled, wider, rule)
    return {
        place: found[cuts[place].runs] if cuts[place].runs else _nobody(cuts[place].counts)
        for values in filters
        for place in values
    }


def _nobody(lines: Sequence[int]) -> Listing:
    """Where no session counts anybody there is nothing to hide."""
    if any(lines):
        return unknown(lines)
    return Listing(tuple(NOBODY for _ in lines), NOBODY)
