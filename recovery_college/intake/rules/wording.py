"""Words that the workbook leaves to be worked out from others."""

import re

LONGEST_SUMMARY = 160


def in_short(description: str) -> str:
    """The first sentence, or as much of it as a card has room for, cut at a word."""
    first = re.split(r"(?<=[.!?])\s", description.strip(), maxsplit=1)[0]
    if len(first) <= LONGEST_SUMMARY:
        return first
    cut = first[: LONGEST_SUMMARY - 3]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}..."
