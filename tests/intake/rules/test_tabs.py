"""The descriptions of the tabs are sound."""

from dataclasses import fields
from typing import Any, cast

from recovery_college.intake.rules.headings import closeness
from recovery_college.intake.rules.tabs import KNOWN, NEEDED


def test_every_column_fills_a_field_of_its_row() -> None:
    for tab in NEEDED:
        kinds = {field.name for field in fields(cast(Any, tab.row))} - {"source"}
        assert {column.key for column in tab.columns} == kinds


def test_no_heading_means_two_columns_of_a_tab() -> None:
    for tab in KNOWN:
        said = [
            (frozenset(name.split()), column.key)
            for column in tab.columns
            for name in {column.name, *column.also}
        ]
        clashes = [(a, b) for a, key in said for b, other in said if a == b and key != other]
        assert (tab.holds, clashes) == (tab.holds, [])


def test_every_column_is_found_under_its_own_name() -> None:
    assert all(closeness(column.name, column.name) == 1 for tab in KNOWN for column in tab.columns)
