"""How somebody can be reached and what helps them, as coordinators write it down.

Besides a blank cell, "none" and its like say that there is nothing.
"""

import re

from recovery_college.accounts.rules import ContactBy
from recovery_college.accounts.words import digits
from recovery_college.errors import Refusal
from recovery_college.intake.rules import cells
from recovery_college.intake.rules.cells import Raw

LONGEST_NEEDS = 10_000  # characters, as on the person's own page
FEWEST_DIGITS, MOST_DIGITS = 6, 32  # a local number; two long ones in one cell
WITHOUT_NOUGHT = re.compile(r"[1-9][0-9]{9}", re.ASCII)  # as a spreadsheet keeps 07700 900123
FROM_ABROAD = re.compile(r"(?:00)?44([0-9]{9,10})", re.ASCII)
NOTHING = re.compile(
    r"(?:has |there is )?(?:none|no|nil|nothing|not given|not applicable|nfa|without)"
    r"(?: (?:e-?mail|phone|mobile|telephone|number|address|fixed address|fixed abode|needs?"
    r"|known|given|needed|at all|special|access|required|requirements?|stated))*",
)
WAYS = {
    ContactBy.EMAIL: re.compile(r"\be-?mail"),
    ContactBy.TEXT: re.compile(r"\b(texts?|texting|sms)\b"),
    ContactBy.PHONE: re.compile(r"\b(phone|telephone|tel|ring|call|landline|voicemail)\b"),
    ContactBy.POST: re.compile(r"\b(post|letters?|paper)\b|(?<!e-)(?<!e)\bmail\b"),
}


def email(raw: Raw) -> str | None:
    return None if _is_nothing(raw) else cells.email(raw)


def phone(raw: Raw) -> str:
    """As it is typed; a number that lost its nought in the spreadsheet has it again."""
    if _is_nothing(raw):
        return ""
    typed = cells.text(raw).removeprefix("tel:").strip()
    bare = re.sub(r"[\s()./-]", "", typed)
    if WITHOUT_NOUGHT.fullmatch(bare):
        return f"0{bare[:4]} {bare[4:]}"
    if FROM_ABROAD.fullmatch(bare):
        return f"+{bare.removeprefix('00')}"
    if not FEWEST_DIGITS <= len(digits(typed)) <= MOST_DIGITS:
        raise Refusal('This is not a phone number. Write it as in "07700 900123".')
    return typed


def address(raw: Raw) -> str:
    return "" if _is_nothing(raw) else cells.prose(raw)


def needs(raw: Raw) -> str:
    """In the person's own words, or the office's."""
    words = "" if _is_nothing(raw) else cells.prose(raw)
    if len(words) > LONGEST_NEEDS:
        raise Refusal(f"This is too long: use at most {LONGEST_NEEDS:,} characters.")
    return words


def way(raw: Raw) -> ContactBy | None:
    """One way to hear from the college."""
    said = cells.text(raw).casefold()
    found = [way for way, words in WAYS.items() if words.search(said)]
    if len(found) == 1:
        return found[0]
    if not found and _is_nothing(raw):
        return None
    raise Refusal('Write one of "e-mail", "text", "phone" and "post" here.')


def _is_nothing(raw: Raw) -> bool:
    return bool(NOTHING.fullmatch(cells.shown(raw).casefold().strip(" .()[]")))
