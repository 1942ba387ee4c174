"""The words that colleges use for the two sides of a pair, and for who does what."""

from itertools import product


def ways(firsts: str, seconds: str) -> tuple[str, ...]:
    """Every pair of words, as in "peer trainer", "lived facilitator"."""
    return tuple(" ".join(pair) for pair in product(firsts.split(","), seconds.split(",")))


PEER = "peer,lived experience,lived,living experience,expert by experience,ebe"
CLINICAL = "professional,clinical,clinician,staff,practitioner,learned experience"
TEACHER = "tutor,trainer,facilitator,lead,teacher,co tutor,co facilitator,name"
MAKER = "made with,made by,co produced with,co produced by,designed with,written with,author"
