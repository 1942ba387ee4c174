"""A workbook's file: what can't be one is refused in a sentence before it is opened.

Nothing in a workbook is believed: not its size, not its declared dimensions, not its XML.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from recovery_college.errors import Refusal
from recovery_college.formatting import count
from recovery_college.intake.rules.cells import Broken, Formula, Raw
from recovery_college.intake.rules.headings import Line, Sheet

MEGABYTE = 1_000_000
LARGEST_FILE = 20 * MEGABYTE
LARGEST_INSIDE = 150 * MEGABYTE
STEEPEST = 250  # a part may be this many times its size in the file; real ones stay below 100
MOST_PARTS = 1_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LAST_ROW = 1_048_576  # no spreadsheet program has more rows
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # an old .xls, or an .xlsx behind a password
HIDDEN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*hidden="(?:1|true)"[^>]*>')
ATTRIBUTE = re.compile(rb'\b(min|max|hidden|r)="(\w+)"')

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Workbook:
    sheets: list[Sheet]
    digest: str


def read_workbook(path: Path, progress: Progress) -> Workbook:
    """All that stands in the file, as values; or a refusal that says what to do."""
    return read_content(f'"{path.name}"', _content(path), progress)


def read_content(name: str, content: bytes, progress: Progress) -> Workbook:
    """The same of a file that was sent; `name` is how a refusal calls it."""
    _check_size(name, len(content))
    _check_kind(name, content)
    try:
        _check_inside(name, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves aside, the import does too
            return Workbook(list(_sheets(content, progress)), sha256(content).hexdigest())
    except Refusal:
        raise
    except Exception as error:  # a damaged file can fail anywhere inside the reader of its format
        raise Refusal(
            f"{name} is damaged and can't be read. Open it in your spreadsheet program "
            "and save it again as .xlsx."
        ) from error


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refusal(f'"{path.name}" is a folder. Name the workbook in it.')
        if path.exists() and not path.is_file():
            raise Refusal(f'"{path.name}" is not a file.')
        _check_size(f'"{path.name}"', path.stat().st_size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal(f'There is no file "{path}".') from error
    except PermissionError as error:
        raise Refusal(f'"{path.name}" may not be read by this user.') from error
    except OSError as error:
        raise Refusal(f'"{path.name}" can\'t be read: {error.strerror}.') from error


def _check_size(name: str, size: int) -> None:
    if size > LARGEST_FILE:
        raise Refusal(
            f"{name} is {size // MEGABYTE} MB. The import reads workbooks of up to "
            f"{LARGEST_FILE // MEGABYTE} MB. Take out pictures and old tabs, and try again."
        )


def _check_kind(name: str, content: bytes) -> None:
    if not content:
        raise Refusal(f"{name} is empty.")
    if content.startswith(OLE):
        raise Refusal(
            f"{name} is protected by a password, or is an old .xls. "
            "Save it as .xlsx without a password, and try again."
        )


def _check_inside(name: str, content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as box:
            _check_kind_inside(name, box)
            _check_size_inside(name, box)
            _check_harmless(name, box)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise _no_workbook(name) from error


def _no_workbook(name: str) -> Refusal:
    return Refusal(
        f"{name} is not a workbook that the import can read. Open it in your spreadsheet "
        'program, choose "Save as" and ".xlsx", and try again.'
    )


def _check_kind_inside(name: str, box: ZipFile) -> None:
    if "xl/workbook.xml" not in box.namelist():
        raise _no_workbook(name)


def _check_size_inside(name: str, box: ZipFile) -> None:
    parts = box.infolist()
    swollen = any(
        part.file_size > MEGABYTE and part.file_size > STEEPEST * max(part.compress_size, 1)
        for part in parts
    )
    inside = sum(part.file_size for part in parts)
    if swollen or inside > LARGEST_INSIDE or len(parts) > MOST_PARTS:
        raise Refusal(
            f"{name} unpacks to far more than a workbook should. Copy the tabs into a new "
            "workbook, and try again."
        )


def _check_harmless(name: str, box: ZipFile) -> None:
    """No part may declare XML entities, nor hide that it does in UTF-16: no workbook does."""
    for part in box.infolist():
        if part.filename.endswith((".xml", ".rels", ".vml")):
            content = box.read(part)
            if b"<!DOCTYPE" in content or b"\0" in content:
                raise _no_workbook(name)


def _sheets(content: bytes, progress: Progress) -> Iterator[Sheet]:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False)
    with ZipFile(BytesIO(content)) as box:
        for sheet in book.worksheets:
            part = box.read(sheet._worksheet_path.lstrip("/"))
            yield replace(
                _sheet(sheet, progress),
                hidden_columns=_hidden_columns(part),
                hidden_rows=_hidden_rows(part),
            )
    book.close()


def _sheet(sheet: Any, progress: Progress) -> Sheet:
    wide = (sheet.max_column or 0) > MOST_COLUMNS
    sheet.reset_dimensions()
    lines: list[Line] = []
    for number, line in _lines(sheet):
        lines.append((number, line))
        if len(lines) % 500 == 0:
            progress(f'Reading the tab "{sheet.title}", row', number)
        if len(lines) > MOST_ROWS:
            raise Refusal(
                f'The tab "{sheet.title}" has more than {count(MOST_ROWS, "row")}. '
                "Split the workbook, and import its parts one after the other."
            )
    return Sheet(sheet.title, lines, sheet.sheet_state != "visible", too_wide=wide)


def _lines(sheet: Any) -> Iterator[Line]:
    """The rows in which anything is written, as far as anything is.

    The reader makes up every row that isn't there, as many as the file's numbers ask for.
    """
    blank = None
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW + 1, max_col=MOST_COLUMNS), 1):
        if number > LAST_ROW:
            raise ValueError("a row beyond the last")
        if row is blank:  # the reader hands out the same one for all rows that aren't there
            continue
        line = tuple(map(_value, row))
        last = max((i for i, value in enumerate(line) if value is not None), default=None)
        if last is None:
            blank = row
        else:
            yield number, line[: last + 1]


def _value(cell: Any) -> Raw:
    value: Raw = cell.value
    if isinstance(value, str):
        if cell.data_type == "f":
            return Formula(value)
        return Broken(value) if cell.data_type == "e" else (value if value.strip() else None)
    if value is None or isinstance(value, Raw):
        return value
    return Formula(str(value))  # an array formula, or a table of them


def _hidden_columns(part: bytes) -> frozenset[int]:
    """Columns that the college has put out of sight are none of ours."""
    hidden: set[int] = set()
    for column in HIDDEN.findall(part[: part.find(b"<sheetData")]):
        said = dict(ATTRIBUTE.findall(column))
        if said.get(b"hidden") in (b"1", b"true"):
            last = min(int(said[b"max"]), MOST_COLUMNS)
            hidden.update(range(int(said[b"min"]) - 1, last))
    return frozenset(hidden)


def _hidden_rows(part: bytes) -> frozenset[int]:
    """Rows that are folded away or filtered out; those whose number isn't said are left."""
    found = (dict(ATTRIBUTE.findall(row)).get(b"r", b"") for row in HIDDEN_ROW.findall(part))
    return frozenset(int(number) for number in found if number.isdigit())
