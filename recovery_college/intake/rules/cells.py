"""What stands in a cell, read as the college means it: words, numbers, people.

A reader takes what is in the cell, which is never blank, and returns its value or refuses it
in a sentence. Dates and times are read in `times`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from recovery_college.accounts.rules import Side
from recovery_college.addresses import is_email
from recovery_college.courses.rules import Mode, Theme, plain, words_of
from recovery_college.errors import Refusal
from recovery_college.formatting import WEEKDAYS


class Formula(str):
    """A cell that is worked out by the spreadsheet program, which isn't here to do so."""

    __slots__ = ()


class Broken(str):
    """A cell in which the spreadsheet program itself shows a mistake, as in #N/A."""

    __slots__ = ()


Raw = str | int | float | datetime | date | time | timedelta | None
NOT_KNOWN = {"", "tbc", "tba", "tbd", "?", "??", "???", "-", "--", "n/a", "na", "not known"}
NOT_KNOWN |= {"unknown", "vacant", "to be confirmed", "to be arranged", "to be decided"}
YES = {"y", "yes", "true", "1", "✓", "✔", "x"}
NO = {"n", "no", "false", "0", "none", "✗", "✘"}
LIVED = {"peer", "lived", "living", "expert", "ebe"}
PROFESSIONAL = {"professional", "clinician", "clinical", "staff", "practitioner", "learned"}
MODES = {
    Mode.ONLINE: {"online", "zoom", "video", "virtual", "remote", "webinar", "internet"},
    Mode.HYBRID: {"hybrid", "blended", "both", "either"},
    Mode.IN_PERSON: {"person", "face", "classroom"},
}
TEAMS = {"team", "microsoft", "ms", "call"}  # a "Team room" is a room
THEMES = {
    Theme.CONNECTEDNESS: {"connectedness", "connection", "connected", "meet"},
    Theme.HOPE: {"hope", "hopeful", "optimism"},
    Theme.IDENTITY: {"identity", "myself"},
    Theme.MEANING: {"meaning", "purpose", "matter"},
    Theme.EMPOWERMENT: {"empowerment", "empowered", "empower", "charge"},
}
LONGEST_TEXT = 200  # a title, a name, a place
LONGEST_LINE = 500
LONGEST_CELL = 32_767  # as much as a spreadsheet program keeps in a cell
LONGEST_SHOWN = 60
MOST_COMMAS = 10  # in one title
JOINERS = "\u200c\u200d"  # between letters, and between the parts of one emoji
AROUND = "()[]{}. "
CALLED_OFF = re.compile(r"(?<!not )\b(cancell?ed|cancellation|postponed|called off)\b")
BETWEEN_NAMES = re.compile(r"[;,\n/&+]|\band\b", re.IGNORECASE)
BULLET = re.compile(r"^[\s\-*\u2022\u00b7\u2013]+")
PART = re.compile(r"(?:\D*?)([0-9]{1,3})\s*(?:(?:of|out of|/)\s*([0-9]{1,3}))?\s*", re.ASCII)


@dataclass(frozen=True)
class Part:
    """As in "2 of 6"; `of` is None where only the number is given."""

    number: int
    of: int | None


def is_blank(raw: Raw) -> bool:
    """Nothing is said, or only that it isn't known yet."""
    if isinstance(raw, Formula | Broken):
        return False
    return raw is None or (isinstance(raw, str) and _is_not_known(raw))


def read(reader: Callable[[Raw], object], raw: Raw) -> object:
    """What the cell says, or a refusal."""
    if isinstance(raw, Formula):
        raise Refusal("This cell holds a formula. Type its value instead.")
    if isinstance(raw, Broken):
        raise Refusal(f"This cell shows the mistake {raw}. Type its value instead.")
    return reader(raw)


def shown(raw: Raw) -> str:
    """The cell in a message: what a person sees in it, in short."""
    if isinstance(raw, datetime):
        raw = raw.date() if raw.time() == time.min else raw
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    if isinstance(raw, date):
        return f"{raw:%d/%m/%Y}"
    beginning = raw[: 20 * LONGEST_SHOWN] if isinstance(raw, str) else raw
    words = _squashed(_as_text(beginning)) if raw is not None else ""
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 3] + "..."


def text(raw: Raw) -> str:
    """A title, a name, a place: no longer than an address or an index can hold."""
    return _at_most(LONGEST_TEXT, _squashed(_words(raw)))


def line(raw: Raw) -> str:
    """One line of words."""
    return _at_most(LONGEST_LINE, _squashed(_words(raw)))


def prose(raw: Raw) -> str:
    """Words in paragraphs, with a blank line between them."""
    return "\n\n".join(_lines(raw))


def bullets(raw: Raw) -> str:
    """Lines as a Markdown list; a single line stays as it is."""
    lines = [BULLET.sub("", line) for line in _lines(raw)]
    return "\n".join(f"- {line}" for line in lines) if len(lines) > 1 else "".join(lines)


def number(raw: Raw) -> int:
    """A count from 1: 12, "12 max", "up to 12"."""
    found = re.findall(r"[0-9]+(?:[.][0-9]+)?", _words(raw))
    if len(found) != 1 or not float(found[0]).is_integer():
        raise Refusal('Write one whole number here, as in "12".')
    if not 1 <= float(found[0]) <= 10_000 or _words(raw).startswith("-"):
        raise Refusal("This number can't be right. Write one from 1 to 10,000.")
    return int(float(found[0]))


def yes_no(raw: Raw) -> bool:
    word = _first_word(_words(raw))
    if word not in YES | NO:
        raise Refusal('Write "yes" or "no" here, or leave it empty.')
    return word in YES


def called_off(raw: Raw) -> bool:
    """A status that says it doesn't take place; whatever else stands there says nothing."""
    return bool(CALLED_OFF.search(_squashed(_words(raw)).casefold()))


def is_called_off(raw: Raw) -> bool:
    """Under a heading that asks so already: "yes" will do."""
    return _first_word(_words(raw)) in YES or called_off(raw)


def part(raw: Raw) -> Part:
    if isinstance(raw, date | time):
        raise Refusal('The spreadsheet has made a date of this. Write it as "1 of 8".')
    found = PART.fullmatch(_words(raw))
    if not found:
        raise Refusal('Write which session of how many this is, as in "1 of 8".')
    read = Part(int(found[1]), int(found[2]) if found[2] else None)
    if read.number < 1 or (read.of is not None and read.number > read.of):
        raise Refusal(f"There is no session {read.number} of {read.of or 'a run'}.")
    return read


def names(raw: Raw) -> tuple[str, ...]:
    """One name or several; those that aren't known yet are left out."""
    known = re.sub(r"\bn/a\b", "", _words(raw), flags=re.IGNORECASE)
    parts = [_squashed(part) for part in BETWEEN_NAMES.split(known)]
    return tuple(dict.fromkeys(person(part) for part in parts if not is_blank(part)))


def person(raw: Raw) -> str:
    """Somebody's name: it has a letter in it."""
    name = text(raw)
    if not any(c.isalpha() for c in name):
        raise Refusal("This is not a person's name.")
    return name


def email(raw: Raw) -> str:
    """As it is typed; it is compared without regard to capitals."""
    address = text(raw).removeprefix("mailto:")
    if not is_email(address):
        raise Refusal("This is not an e-mail address. Check how it is spelt.")
    return address


def sides(raw: Raw) -> tuple[Side, ...]:
    """Which half of the pair, or both."""
    said = set(words_of(_words(raw)))
    lived, professional = said & LIVED or said & {"both"}, said & PROFESSIONAL or said & {"both"}
    if not lived and not professional:
        raise Refusal('Write "peer", "professional" or "both" here.')
    return (Side.LIVED,) * bool(lived) + (Side.PROFESSIONAL,) * bool(professional)


def weekdays(raw: Raw) -> tuple[int, ...]:
    """As in "Mon, Thu", "Monday to Wednesday", "any day". 0 is Monday."""
    found: set[int] = set()
    for piece in re.split(r"[;,\n/&+]|\band\b", _words(raw).casefold()):
        found.update(_weekdays_in(_squashed(piece)))
    return tuple(sorted(found))


def weekday(word: str) -> int | None:
    """Any way of shortening a day's name: Tue, Tues, Tuesday."""
    short = plain(word).strip(". ").replace("weds", "wed")
    same = [i for i, name in enumerate(WEEKDAYS) if name.lower().startswith(short)]
    return same[0] if len(short) > 1 and len(same) == 1 else None


def themes(raw: Raw) -> tuple[Theme, ...]:
    return tuple(
        dict.fromkeys(
            _theme(piece) for piece in re.split(r"[;,\n/&]", _words(raw)) if not is_blank(piece)
        )
    )


def mode(raw: Raw) -> Mode:
    said = set(words_of(_words(raw)))
    meant = [mode for mode, words in MODES.items() if said & words]
    if not meant:
        raise Refusal('Write "in person", "online" or "hybrid" here.')
    return meant[0] if len(meant) == 1 else Mode.HYBRID


def link(raw: Raw) -> str:
    address = line(raw)
    if not re.fullmatch(r"https?://[^\s<>\"]+", address):
        raise Refusal('Write the whole address of the link, beginning with "https://".')
    return address


def is_online(name: str) -> bool:
    """A venue that is no place, as in "Online", "Zoom call" or "MS Teams"."""
    said = set(words_of(name))
    return bool(said & MODES[Mode.ONLINE]) or ("team" in said and said <= TEAMS)


def titles(raw: str, known: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """The titles in a list, and what is none. A comma may be part of one."""
    found, strange = [], []
    for piece in filter(None, map(_squashed, re.split(r"[;\n]", raw))):
        here, left = _between_commas(piece.split(","), known)
        found += here
        strange += left
    return found, strange


def _between_commas(pieces: list[str], known: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    found, strange = [], []
    while pieces:
        for end in range(min(len(pieces), MOST_COMMAS + 1), 0, -1):
            title = _squashed(",".join(pieces[:end]))
            if known(title):
                found.append(title)
                break
        else:
            end = 1
            strange.append(_squashed(pieces[0]))
        pieces = pieces[end:]
    return found, [title for title in strange if not is_blank(title)]


def _weekdays_in(piece: str) -> Iterable[int]:
    if piece in ("any", "any day", "all", "every day", "all week"):
        return range(7)
    if piece == "weekdays":
        return range(5)
    ends = [weekday(word) for word in re.split(r"\s*(?:-|\u2013|\bto\b)\s*", piece)]
    known = [day for day in ends if day is not None]
    if len(known) != len(ends) or len(ends) > 2:
        raise Refusal('Write days of the week here, as in "Mon, Thu".')
    return range(known[0], known[-1] + 1) if known[0] <= known[-1] else known


def _theme(piece: str) -> Theme:
    said = set(words_of(piece))
    for theme, words in THEMES.items():
        if said & words:
            return theme
    raise Refusal(f'"{_squashed(piece)}" is none of the five themes of CHIME.')


def _first_word(words: str) -> str:
    return re.split(r"[\s,;:.(\u2013-]", words.strip().casefold(), maxsplit=1)[0]


def _words(raw: Raw) -> str:
    if isinstance(raw, date | time | timedelta):
        raise Refusal("This cell holds a date or a time. Write words here.")
    if isinstance(raw, str):
        _at_most(LONGEST_CELL, raw)
    return _as_text(raw)


def _at_most(most: int, words: str) -> str:
    if len(words) > most:
        raise Refusal(f"This is too long: use at most {most:,} characters.")
    return words


def _is_not_known(raw: str) -> bool:
    if len(raw) > LONGEST_TEXT:
        return False
    words = _squashed(_as_text(raw)).casefold()
    return words in NOT_KNOWN or words.strip(AROUND) in NOT_KNOWN


def _as_text(raw: Raw) -> str:
    """What can't be printed is left out: a database may not keep it."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    spaced = (" " if c.isspace() and c != "\n" else c for c in str(raw).replace("\r\n", "\n"))
    kept = "".join(c for c in spaced if c.isprintable() or c == "\n" or c in JOINERS)
    return kept.strip(f" \n{JOINERS}")


def _lines(raw: Raw) -> list[str]:
    return [line for line in map(_squashed, _words(raw).split("\n")) if line]


def _squashed(words: str) -> str:
    return " ".join(words.split())
