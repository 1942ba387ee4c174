"""Every process counts, and any of them can say what all have counted."""

import os
import signal
from pathlib import Path

from recovery_college.watching import counts
from recovery_college.watching.counts import Counts, folder_of


def test_processes_that_run_and_that_were_killed_are_added_up(tmp_path: Path) -> None:
    folder = tmp_path / "counts"
    own = Counts(folder)
    own.add("pages", 2)
    for _ in range(3):
        process = os.fork()
        if not process:
            for _ in range(1000):
                own.add("pages")
            own.add("of the child", 0.5)
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(process, 0)
    own.add("pages")
    assert own.sums() == {"pages": 3003, "of the child": 1.5}
    assert sorted(each.name for each in folder.iterdir()) == ["0", "1"]


def test_two_at_once_have_a_file_each(tmp_path: Path) -> None:
    one, other = Counts(tmp_path), Counts(tmp_path)
    one.add("a")
    other.add("a", 4)
    assert (one.sums(), other.sums()) == ({"a": 5}, {"a": 5})


def test_without_a_folder_a_process_counts_for_itself() -> None:
    alone = Counts(Path("/proc/nowhere"))
    alone.add("a")
    assert alone.sums() == {"a": 1}


def test_what_has_no_room_is_not_counted(tmp_path: Path) -> None:
    full = Counts(tmp_path)
    tried = counts.SIZE // 1000 + 10
    for number in range(tried):
        full.add(f"{number:>984}")
    assert 500 < len(full.sums()) < tried
    full.add(f"{0:>984}")
    assert full.sums()[f"{0:>984}"] == 2


def test_each_college_of_a_machine_has_a_folder_of_its_own() -> None:
    assert folder_of("sqlite:////a") != folder_of("sqlite:////b")
