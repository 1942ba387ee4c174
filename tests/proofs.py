"""Every safety figure by its name: proven at its full count, and unproven once its guard is gone.

`scripts/proof` proves all of them, then runs whatever other tests there are; `scripts/proof NAME…`
these alone, `scripts/proof list` says which there are. Exit 0: all pass, and all fail when broken.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.breaking import BREAK

PATIENT = ("-o", "faulthandler_timeout=0")  # a full count may take an hour
FAILED = re.compile(r"\b[1-9]\d* failed")
NONE_COLLECTED = 5


@dataclass(frozen=True)
class Broken:
    """A guard that is taken away, and which tests must fail then, if not all of the proof's."""

    guard: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """A line of the safety figures. `no_switch` says why nothing can be broken."""

    name: str
    count: str
    tests: tuple[str, ...]
    broken: tuple[Broken, ...] = ()
    no_switch: str = ""


RUSH, KILLING = "tests/enrolment/test_rush.py::", "tests/enrolment/test_killing.py::"
FAULTS, DISK = "tests/enrolment/test_faults.py::", "tests/enrolment/test_disk.py"
MACHINE = "tests/enrolment/test_as_a_machine.py::"
WORKERS = (
    "tests/operations/test_killing.py::"
    "test_workers_that_are_killed_lose_nothing_and_repeat_only_what_they_held"
)
MAIL, MANY = "tests/messages/test_faults.py::", "tests/messages/test_many.py::"
GUESSING, SITE = "tests/accounts/test_guessing.py::", "tests/test_site.py::"
RESTORING = "tests/operations/backup/test_restoring.py::"

PROOFS = (
    Proof(
        "last-place",
        "50 clients over 4 processes, 200 rounds, both databases",
        (f"{RUSH}test_of_fifty_who_want_the_last_place_one_has_it",),
        (Broken("locks"),),
    ),
    Proof(
        "kill-web",
        "100 kills at 30 requests a second, both databases",
        (
            f"{KILLING}test_no_acknowledged_place_is_lost_and_none_is_half_made_when_processes_are_killed",
        ),
        (Broken("one-transaction"),),
    ),
    Proof(
        "kill-worker",
        "100 kills over 5,000 messages, 2 workers, both databases",
        (WORKERS,),
        (
            Broken("sent-then-marked", (f"{WORKERS}[sqlite-2-60]",)),
            Broken("claims", (f"{WORKERS}[sqlite-2-60]",)),
        ),
    ),
    Proof(
        "mail-away",
        "20 hours of eleven faults, both databases",
        (f"{MAIL}test_after_an_hour_of_faults_every_message_is_there_once_or_needs_somebody",),
        (Broken("order"),),
    ),
    Proof(
        "database-away",
        "20 restarts under load; the disk full, read-only, locked 30 s",
        (
            f"{FAULTS}test_a_database_that_is_restarted_in_a_rush_loses_nothing_that_was_acknowledged",
            f"{FAULTS}test_five_seconds_after_a_restart_all_is_well",
            DISK,
        ),
        (Broken("503"),),
    ),
    Proof(
        "double-clicks",
        "1,000 double clicks, both databases",
        (f"{KILLING}test_a_double_click_is_one_request",),
        (Broken("once"),),
    ),
    Proof(
        "two-editors",
        "500 races on one session, both databases",
        ("tests/enrolment/test_two_editors.py",),
        (Broken("prints"),),
    ),
    Proof(
        "nonsense",
        "10,000 fuzzed posts over every form, half on each database",
        ("tests/test_nonsense.py",),
        (Broken("cleaning"),),
    ),
    Proof(
        "clocks",
        "26 changes of clocks, 2025 to 2037; an hour back",
        (
            "tests/enrolment/test_changes_of_clocks.py",
            f"{MANY}test_a_clock_that_jumps_in_a_round_doubles_and_loses_nothing",
        ),
        (
            Broken("wall-clock", ("tests/enrolment/test_changes_of_clocks.py",)),
            Broken(
                "keys",
                (
                    "tests/enrolment/test_changes_of_clocks.py::test_each_is_reminded_once_and_at_the_hour_of_the_session",
                ),
            ),
        ),
    ),
    Proof(
        "waiting-list",
        "2,000 histories of 50 steps, both databases",
        (f"{MACHINE}test_whatever_happens_the_count_is_true_and_nobody_is_overtaken",),
        (Broken("queue"), Broken("offers")),
    ),
    Proof(
        "walls",
        "every endpoint for every role: own, others', none",
        ("tests/test_walls.py",),
        (Broken("doors"),),
    ),
    Proof(
        "same-answer",
        "200 known and 200 unknown addresses: sign in, link, join",
        (
            f"{GUESSING}test_a_wrong_password_takes_as_long_whether_the_address_is_known",
            f"{GUESSING}test_a_link_takes_as_long_whether_the_address_is_known",
            f"{GUESSING}test_joining_takes_as_long_whether_the_address_is_known",
        ),
        (
            Broken(
                "same-time",
                (f"{GUESSING}test_a_wrong_password_takes_as_long_whether_the_address_is_known",),
            ),
        ),
    ),
    Proof(
        "looking",
        "every page that a GET opens, as every role, both databases",
        (
            f"{SITE}test_looking_changes_nothing_and_keeps_nothing",
            f"{SITE}test_looking_when_signed_in_leaves_nothing_but_the_line_that_says_so",
            "tests/test_looking.py",
        ),
        (
            Broken(
                "reading",
                (f"{SITE}test_looking_when_signed_in_leaves_nothing_but_the_line_that_says_so",),
            ),
        ),
    ),
    Proof(
        "migrations",
        "10,000 rows up, down to the first, up, both databases; models equal schema",
        (
            "tests/test_migrations.py::test_from_nothing_to_the_newest_equals_the_models",
            "tests/test_rows_kept.py::test_many_rows_are_the_same_after_up_down_and_up",
        ),
        (
            Broken(
                "foreign-keys-off",
                (
                    "tests/test_rows_kept.py::test_many_rows_are_the_same_after_up_down_and_up[sqlite]",
                ),
            ),
        ),
    ),
    Proof(
        "backup",
        "a backup while somebody writes, restored elsewhere, both databases",
        (
            f"{RESTORING}test_every_row_comes_back_and_its_mail_is_paused",
            f"{RESTORING}test_what_is_written_meanwhile_is_wholly_there_or_not_at_all",
        ),
        (
            Broken(
                "snapshot",
                (f"{RESTORING}test_what_is_written_meanwhile_is_wholly_there_or_not_at_all",),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a proof, in words, and whether all is as it must be."""

    proof: Proof
    passed: str
    broken: str
    is_good: bool


def main(names: Sequence[str]) -> int:
    if list(names) == ["list"]:
        tell("\n".join(f"{each.name:14} {each.count}" for each in PROOFS))
        return 0
    unknown = set(names) - {each.name for each in PROOFS}
    if unknown:
        tell(f"There is no proof called {', '.join(sorted(unknown))}. Try: scripts/proof list")
        return 2
    outcomes = [prove(each) for each in PROOFS if not names or each.name in names]
    show(outcomes)
    is_good = all(each.is_good for each in outcomes)
    if not names:
        is_good = run_the_others() and is_good
    return 0 if is_good else 1


def prove(proof: Proof) -> Outcome:
    began = time.monotonic()
    done = run(proof.tests, {"PROOF": "full"})
    is_proven, words = done.returncode == 0, last_line(done)
    say(proof.name, f"{'passes' if is_proven else 'FAILS'}: {words}", began)
    if not is_proven:
        tell(done.stdout)
    found = {each.guard: is_found_out(proof, each) for each in proof.broken}
    says = [f"{guard}: {'fails' if seen else 'NOT SEEN'}" for guard, seen in found.items()]
    return Outcome(
        proof,
        "yes" if is_proven else "NO",
        ", ".join(says) or f"no switch: {proof.no_switch}",
        is_proven and all(found.values()),
    )


def is_found_out(proof: Proof, broken: Broken) -> bool:
    """Whether a small run fails without the guard; an error before it runs is no failure."""
    began = time.monotonic()
    done = run((*(broken.tests or proof.tests), "--break", broken.guard), {})
    is_seen = done.returncode == 1 and bool(FAILED.search(last_line(done)))
    words = f"without {broken.guard} it {'fails' if is_seen else 'DOES NOT FAIL'}"
    say(proof.name, f"{words}: {last_line(done)}", began)
    return is_seen


def run(asked: Sequence[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--tb=short", *PATIENT, *asked]
    kept = {name: said for name, said in os.environ.items() if name not in ("PROOF", BREAK)}
    return subprocess.run(command, env=kept | more, capture_output=True, text=True, check=False)


def run_the_others() -> bool:
    tell("And all other tests, at their full counts:")
    proven = [part for each in PROOFS for test in each.tests for part in ("--deselect", test)]
    command = [sys.executable, "-m", "pytest", "-n", "2", *PATIENT, *proven]
    full = os.environ | {"PROOF": "full"}
    return subprocess.run(command, env=full, check=False).returncode == 0


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines()
    return lines[-1].strip("= ") if lines else "nothing was said"


def say(name: str, words: str, began: float) -> None:
    tell(f"{name:14} {time.monotonic() - began:6.0f} s  {words}")


def tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def show(outcomes: Sequence[Outcome]) -> None:
    wide = max(len(each.proof.count) for each in outcomes)
    tell(f"\n{'proof':14} {'count':{wide}}  passes  with its guard broken")
    for each in outcomes:
        tell(f"{each.proof.name:14} {each.proof.count:{wide}}  {each.passed:6}  {each.broken}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
