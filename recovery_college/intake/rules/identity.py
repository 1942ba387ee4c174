"""Whether a row and a record are one person. Never on a guess.

They are when the name and the e-mail address are the same or, where one of the two has no
address, the name and the phone number. If only the name is, somebody must tell.
"""

from dataclasses import dataclass
from enum import Enum

from recovery_college.accounts.rules import address_key
from recovery_college.accounts.words import digits
from recovery_college.intake.rules.lookup import same


class Likeness(Enum):
    """`LIKELY` has the same name and nothing against it, `DOUBTFUL` one thing against it."""

    SAME = "same"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    OTHER = "other"


@dataclass(frozen=True)
class Identity:
    """What somebody goes by, compared without regard to capitals, accents and spaces.

    A record that was merged out of two goes by the names, addresses and numbers of both.
    """

    names: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    address: str = ""

    @property
    def only_a_name(self) -> bool:
        return not (self.emails or self.phones or self.address)


def identity(name: str, email: str | None, phone: str, address: str, earlier: str = "") -> Identity:
    """`earlier` has lines such as "Name: Ada Osei", of records that were merged into this one."""
    before = [line.partition(": ")[2] for line in earlier.splitlines()]
    return Identity(
        names=frozenset(map(same, filter(None, (name, *before)))),
        emails=frozenset(address_key(each) for each in (email, *before) if each and "@" in each),
        phones=_numbers(phone, *before),
        address=same(address) if address else "",
    )


def likeness(row: Identity, there: Identity) -> Likeness:
    if not row.names & there.names:
        return Likeness.OTHER
    numbers = bool(row.phones & there.phones)
    if row.emails and there.emails:
        return _by_address(row.emails & there.emails, same_number=numbers)
    if numbers or _says_the_same(row, there):
        return Likeness.SAME
    return Likeness.DOUBTFUL if row.phones and there.phones else Likeness.LIKELY


def _by_address(shared: frozenset[str], *, same_number: bool) -> Likeness:
    """Two who share a name have an address each; one who changed it keeps their number."""
    if shared:
        return Likeness.SAME
    return Likeness.DOUBTFUL if same_number else Likeness.OTHER


def _says_the_same(row: Identity, there: Identity) -> bool:
    """Neither has an e-mail address or a number: it is the record's own row, read again."""
    facts = (row.emails, row.phones, there.emails, there.phones)
    return not any(facts) and row.address == there.address


def _numbers(*typed: str) -> frozenset[str]:
    """Short ones are none: a house number in an old address."""
    return frozenset(number for number in map(digits, typed) if len(number) > 5)
