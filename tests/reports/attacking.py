"""What is published, as the attacker reads it."""

from collections.abc import Collection, Mapping, Sequence

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.filtering import Cut
from recovery_college.reports.rules.small_numbers import Listing
from tests.reports.attacker import MOST, Attacker, Name

UNPRINTED = Shown(None)  # what no column has, and no secret, for it is nobody
SMALL = {SmallNumbers.ROUNDED: 7, SmallNumbers.HIDDEN: 4}


def attack_list(counts: Sequence[int], listing: Listing, rule: SmallNumbers) -> set[Name]:
    return _reading(counts, listing, rule).cracked()


def attack_table(
    rows: Sequence[Sequence[int]], shown: Sequence[Listing], below: Listing, rule: SmallNumbers
) -> set[Name]:
    """Of a table of which everybody is in exactly one cell: by its rows, its columns, and all."""
    attacker = _reading([sum(column) for column in zip(*rows, strict=True)], below, rule, "below")
    for number, (row, listing) in enumerate(zip(rows, shown, strict=True)):
        _add(attacker, row, listing, rule, number)
    for at in [*range(len(rows[0])), "total"]:
        column = [(number, at) for number in range(len(rows))]
        attacker.sums.append((column, [("below", at)]))
    return attacker.cracked()


def attack_two(
    inner: Cut,
    inside: Listing,
    outer: Cut,
    around: Listing,
    rule: SmallNumbers,
    above: SmallNumbers | None = None,
) -> set[Name]:
    """By subtracting: who is in one and not in the other is a secret too, if they are few (and
    not all, for then the wider says it or not)."""
    attacker = _reading(outer.counts, around, above or rule, "outer")
    _add(attacker, inner.counts, inside, rule, "inner")
    for at in [*range(len(inner.counts)), "total"]:
        attacker.known["rest", at] = (0, MOST)
        attacker.sums.append(([("inner", at), ("rest", at)], [("outer", at)]))
        rest = _at(outer.counts, at) - _at(inner.counts, at)
        if 1 <= rest <= SMALL[rule] and _at(inner.counts, at):
            attacker.secrets.add(("rest", at))
    lines = [("rest", at) for at in range(len(inner.counts))]
    attacker.sums.append((lines, [("rest", "total")]))  # follows, and is quicker to try with
    return attacker.cracked()


def attack_values(
    parts: Sequence[tuple[Cut, Listing]],
    outer: Cut,
    around: Listing,
    rule: SmallNumbers,
    above: SmallNumbers | None = None,
) -> set[Name]:
    """By adding up all values of a filter, knowing how many people are in more than one."""
    attacker = _reading(outer.counts, around, above or rule, "outer")
    for number, (cut, listing) in enumerate(parts):
        _add(attacker, cut.counts, listing, rule, number)
    for at in [*range(len(outer.counts)), "total"]:
        again = sum(_at(cut.counts, at) for cut, _ in parts) - _at(outer.counts, at)
        attacker.known["again", at] = (again, again)
        values = [(number, at) for number in range(len(parts))]
        attacker.sums.append((values, [("outer", at), ("again", at)]))
    return attacker.cracked()


def attack_pages(
    published: Mapping[Cut, Listing],
    filters: Sequence[Sequence[Cut]],
    rule: SmallNumbers,
    exact: Collection[Cut] = (),
) -> set[Name]:
    """Each, every two of them, and every report that values of one filter make up. Of `exact`
    ones only what is under five is hidden."""
    found = set[Name]()
    of = {cut: SmallNumbers.HIDDEN if cut in exact else rule for cut in published}
    for outer, around in published.items():
        found |= attack_list(outer.counts, around, of[outer])
        within = [cut for cut in published if cut.runs < outer.runs]
        for inner in within:
            found |= attack_two(inner, published[inner], outer, around, of[inner], of[outer])
        for values in filters:
            parts = [cut for cut in values if cut in within]
            if parts and frozenset().union(*(cut.runs for cut in parts)) == outer.runs:
                opened = [(cut, published[cut]) for cut in parts]
                found |= attack_values(opened, outer, around, of[parts[0]], of[outer])
    return found


def _reading(
    counts: Sequence[int], listing: Listing, rule: SmallNumbers, name: Name = "list"
) -> Attacker:
    attacker = Attacker()
    _add(attacker, counts, listing, rule, name)
    return attacker


def _add(
    attacker: Attacker, counts: Sequence[int], listing: Listing, rule: SmallNumbers, name: Name
) -> None:
    for at, (count, line) in enumerate(zip(counts, listing.lines, strict=True)):
        _read(attacker, (name, at), count, line, rule)
    _read(attacker, (name, "total"), sum(counts), listing.total, rule)
    attacker.sums.append(([(name, at) for at in range(len(counts))], [(name, "total")]))


def _read(attacker: Attacker, name: Name, count: int, figure: Shown, rule: SmallNumbers) -> None:
    """What prints, and of a star also whether it is a small number, if the program tells it."""
    printed = str(figure)
    if printed == "*":
        is_told = figure.most == SMALL[rule]
        attacker.known[name] = (1, SMALL[rule]) if is_told else (figure.least, MOST)
        if figure is not UNPRINTED:
            attacker.secrets.add(name)
    elif rule is SmallNumbers.HIDDEN or printed == "0":
        attacker.known[name] = (int(printed), int(printed))
    else:
        attacker.known[name] = (max(8, int(printed) - 2), int(printed) + 2)
    low, high = attacker.known[name]
    assert low <= count <= high, "it lies"


def _at(counts: Sequence[int], at: int | str) -> int:
    return counts[at] if isinstance(at, int) else sum(counts)
