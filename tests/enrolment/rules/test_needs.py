"""How a need that somebody shared ends, in words."""

import pytest

from recovery_college.enrolment.rules.needs import Settled, Stage, beside, stage_of

NEED = "A chair by the door"


@pytest.mark.parametrize(
    ("settled", "stands", "agreed", "stage"),
    [
        (None, False, None, Stage.OPEN),
        (Settled.ARRANGED, True, None, Stage.WAITS),
        (Settled.ARRANGED, True, True, Stage.AGREED),
        (Settled.NOT_POSSIBLE, False, True, Stage.CHANGED),
        (Settled.NOT_POSSIBLE, False, None, Stage.CHANGED),
        (Settled.NOT_POSSIBLE, False, False, Stage.ASKED_AGAIN),
    ],
)
def test_what_does_not_stand_is_open_again(
    settled: Settled | None, stands: bool, agreed: bool | None, stage: Stage
) -> None:
    found = stage_of(settled, stands=stands, agreed=agreed)
    assert found is stage
    assert found.is_open is not stands


@pytest.mark.parametrize(
    ("needs", "settled", "how", "said"),
    [
        (NEED, None, None, NEED),
        (NEED, Settled.ARRANGED, "It is hers.", f"{NEED}\nArranged: It is hers."),
        (NEED, Settled.NOT_POSSIBLE, "No.", f"{NEED}\nNot possible, talked about: No."),
        ("", Settled.ARRANGED, "It is hers.", ""),
    ],
)
def test_how_it_ended_stands_under_what_helps_and_never_alone(
    needs: str, settled: Settled | None, how: str | None, said: str
) -> None:
    assert beside(needs, settled, how) == said
