"""Every proof that is named can be run, and fails when its guard is gone: one is tried here.

The guards that cost a second are also taken away beside what they guard: `tests.breaking`.
"""

import ast
from pathlib import Path

from recovery_college.config import ROOT
from tests.breaking import GUARDS
from tests.proofs import PROOFS, Broken, is_found_out


def names_in(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text()).body if hasattr(node, "name")}


def all_tests() -> set[str]:
    named = {test for each in PROOFS for test in each.tests}
    return named | {test for each in PROOFS for broken in each.broken for test in broken.tests}


def test_each_proof_is_of_tests_that_there_are_and_breaks_a_guard_or_says_why_not() -> None:
    for test in all_tests():
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), test
        assert not name or name.split("[")[0] in names_in(ROOT / file), test
    assert [each.name for each in PROOFS if bool(each.broken) == bool(each.no_switch)] == []
    assert {broken.guard for each in PROOFS for broken in each.broken} == set(GUARDS)


def test_a_proof_fails_without_its_guard() -> None:
    proof = next(each for each in PROOFS if each.name == "waiting-list")
    assert is_found_out(proof, Broken("queue", tuple(f"{test}[sqlite]" for test in proof.tests)))
