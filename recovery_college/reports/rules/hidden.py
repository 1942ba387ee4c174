"""Figures about people of which small numbers are hidden, as a report shows them."""

from collections.abc import Callable, Sequence

from recovery_college.reports.rules.definitions import Share, definition
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.tables import Headline

STAR = "*"
TOO_FEW = "Too few people to say it without somebody being found out."
RULE = (
    "Small numbers of people are a star, and others may be a star so that nobody can be worked "
    "out. Larger ones may be rounded. The college\u2019s settings say how."
)


def cell(figure: Shown) -> int | str:
    return STAR if figure.number is None else figure.number


def together(parts: Sequence[Shown]) -> Shown:
    """What they say together; nothing if one of them says nothing."""
    numbers = [each.number for each in parts if each.number is not None]
    return Shown(sum(numbers) if len(numbers) == len(parts) else None)


def share(part: Shown, whole: Shown) -> Share | None:
    """Of what is shown, and so it tells no more. Rounded parts are never more than their whole."""
    if part.number is None or whole.number is None:
        return None
    return Share(min(part.number, whole.number), whole.number)


def percent(part: Shown, whole: Shown) -> str:
    found = share(part, whole)
    if found is None:
        return STAR
    return "" if found.percent is None else f"{found.percent}%"


def headline(
    label: str, figure: Callable[[int, int], Share], part: Shown, whole: Shown, words: str
) -> Headline:
    """`words` say what the part is, after "60 of 80"."""
    found = share(part, whole)
    if found is None:
        return Headline(label, Share(0, 0), TOO_FEW, definition(figure), large=STAR)
    said = f"About {found.part:,} of {found.whole:,} {words}."
    if not found.whole:
        said = "There is nothing to count in this time yet."
    return Headline(label, figure(found.part, found.whole), said, definition(figure))
