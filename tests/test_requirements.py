"""The two lists of parts, which `scripts/setup` installs."""

import re
from pathlib import Path

import pytest

from recovery_college.config import ROOT

LISTS = sorted(ROOT.glob("requirements*.lock"))


def parts(path: Path) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^ ;]+==[^ ;]+", path.read_text(), re.MULTILINE))


def test_the_longer_list_holds_the_shorter() -> None:
    longer, shorter = (parts(path) for path in LISTS)
    assert shorter - longer == set()
    assert len(shorter) > 20


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_part_is_pinned_by_its_hash_and_comes_from_nowhere_in_particular(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert re.findall(r"^([a-z0-9]\S+)[^\\\n]*$", text, re.MULTILINE) == []
