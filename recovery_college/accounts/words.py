"""A person as the office searches for them: any part of a name, an address or a number."""

import re
import unicodedata


def searchable(name: str, called: str, email: str, phone: str | None, earlier: str) -> str:
    """All of it on lines of its own, plain; a number by its digits, as it is dialled here."""
    before = "\n".join(f"{plain(line)}\n{digits(line)}" for line in earlier.splitlines())
    return "\n".join(
        ("", plain(name), plain(called), email.casefold(), digits(phone or ""), before, "")
    )


def asked_for(question: str) -> list[str]:
    """The parts of a question, each to be found somewhere in a person's words."""
    number = digits(question)
    if number and not re.search(r"[^\d\s()+.-]", question):
        return [number]
    return plain(question).split()[:8]


def plain(text: str) -> str:
    """Lower case, without accents, and without marks that people leave out."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c not in "'\u2019")
    return " ".join(kept.split())


def digits(number: str) -> str:
    """As in: 07700900123 of "+44 (0)7700 900 123"."""
    found = "".join(re.findall("[0-9]", number.replace("(0)", "")))
    return "0" + found[2:] if number.strip().startswith("+44") else found
