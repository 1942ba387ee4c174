"""What is no workbook is refused in one sentence; what is one is read as it stands."""

import zipfile
from collections.abc import Callable
from datetime import date, time
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from recovery_college.errors import Refusal
from recovery_college.intake import workbook
from recovery_college.intake.rules.cells import Broken, Formula
from recovery_college.intake.workbook import read_workbook
from tests.intake.workbooks import HARBOUR, college, meets, quiet, write

NO_WORKBOOK = (
    '"it.xlsx" is not a workbook that the import can read. Open it in your spreadsheet program, '
    'choose "Save as" and ".xlsx", and try again.'
)
SWOLLEN = (
    '"it.xlsx" unpacks to far more than a workbook should. Copy the tabs into a new workbook, '
    "and try again."
)
DAMAGED = (
    '"it.xlsx" is damaged and can\'t be read. Open it in your spreadsheet program and save it '
    "again as .xlsx."
)
Fill = Callable[[Path], None]


def boxed(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return made.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The sample, with one of its parts changed."""
    with zipfile.ZipFile(HARBOUR) as box:
        parts = {part: box.read(part) for part in box.namelist()}
    return boxed(parts | {name: change(parts[name])})


def flipped() -> bytes:
    """The sample, with a byte of it turned over here and there, but not in its index."""
    content = bytearray(HARBOUR.read_bytes())
    for place in range(2_000, len(content) - 3_000, 997):
        content[place] ^= 0xFF
    return bytes(content)


def refusal(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        read_workbook(path, quiet)
    return refused.value.message


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", '"it.xlsx" is empty.'),
        (b"Title,Strand\nSleep well,Living well\n", NO_WORKBOOK),
        (b"%PDF-1.7 ...", NO_WORKBOOK),
        (boxed({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), NO_WORKBOOK),
        (HARBOUR.read_bytes()[:5000], NO_WORKBOOK),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
            '"it.xlsx" is protected by a password, or is an old .xls. '
            "Save it as .xlsx without a password, and try again.",
        ),
        (
            b"x" * 50_000_000,
            '"it.xlsx" is 50 MB. The import reads workbooks of up to 20 MB. '
            "Take out pictures and old tabs, and try again.",
        ),
        (with_part(SHEET, lambda xml: xml + b" " * 200_000_000), SWOLLEN),
        (boxed({"xl/workbook.xml": b""} | {f"xl/{n}": b"" for n in range(1_000)}), SWOLLEN),
        (with_part(SHEET, lambda xml: LAUGHS + xml), NO_WORKBOOK),
        (with_part(SHEET, lambda xml: xml.decode().encode("utf-16")), NO_WORKBOOK),
        (with_part(SHEET, lambda xml: xml[:2000]), DAMAGED),
        (flipped(), DAMAGED),
        (with_part(SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="9999999999"')), DAMAGED),
        (with_part(SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="1e15"')), DAMAGED),
        (boxed({"xl/workbook.xml": b"<workbook/>"}), DAMAGED),
    ],
    ids=[
        *("empty", "csv", "pdf", "docx", "cut", "password", "50 MB", "zip bomb", "many parts"),
        *("entities", "utf-16", "broken xml", "flipped", "far row", "farther row", "no sheets"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "it.xlsx"
    path.write_bytes(content)
    assert refusal(path) == why


def test_there_is_no_such_file_or_it_is_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "it.xlsx") == f'There is no file "{tmp_path}/it.xlsx".'
    assert refusal(tmp_path) == f'"{tmp_path.name}" is a folder. Name the workbook in it.'
    assert refusal(Path("/dev/zero")) == '"zero" is not a file.'
    assert refusal(tmp_path / ("x" * 300)).endswith("can't be read: File name too long.")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is forbidden to root, who may run the tests: the operating system is played."""

    def forbidden(_path: Path) -> bytes:
        raise PermissionError

    path = write(tmp_path / "it.xlsx", college())
    monkeypatch.setattr(Path, "read_bytes", forbidden)
    assert refusal(path) == '"it.xlsx" may not be read by this user.'


def test_values_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "it.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        sheet.write_row(2, 0, ["words", 12, True])
        sheet.write_datetime(2, 3, date(2027, 1, 12), book.add_format({"num_format": "d mmm yy"}))
        sheet.write_datetime(2, 4, time(10, 30), book.add_format({"num_format": "hh:mm"}))
        sheet.write_formula(2, 5, "=1+1", value=2)
        sheet.write_array_formula("G3:G3", "{=SUM(B3:B3)}", value=12)
        sheet.write_formula(2, 7, "=NA()", value="#N/A")
        sheet.write_row(4, 0, ["", None, "  "])
    ((number, line),) = read_workbook(path, quiet).sheets[0].lines
    assert (number, line[:3], str(line[3]), line[4]) == (
        3,
        ("words", 12, True),
        "2027-01-12 00:00:00",
        time(10, 30),
    )
    assert [type(value) for value in line[5:]] == [Formula, Formula, Formula]


def test_a_mistake_that_was_typed_in_is_known_as_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["words", "#N/A"])
    book.save(tmp_path / "it.xlsx")
    ((_, line),) = read_workbook(tmp_path / "it.xlsx", quiet).sheets[0].lines
    assert [type(value) for value in line] == [str, Broken]


def test_what_is_hidden_is_known(tmp_path: Path) -> None:
    path = tmp_path / "it.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Seen").set_column("B:C", None, None, {"hidden": True})
        book.add_worksheet("Unseen").hide()
    seen, unseen = read_workbook(path, quiet).sheets
    assert (seen.hidden, seen.hidden_columns) == (False, frozenset({1, 2}))
    assert (unseen.hidden, unseen.hidden_columns) == (True, frozenset())


def test_hidden_rows_are_known(tmp_path: Path) -> None:
    path = tmp_path / "it.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Seen")
        sheet.write_column(0, 0, ["one", "two", "three"])
        sheet.set_row(1, None, None, {"hidden": True})
    assert [sheet.hidden_rows for sheet in read_workbook(path, quiet).sheets] == [frozenset({2})]


def test_a_hugely_wide_and_long_tab_costs_little(tmp_path: Path) -> None:
    path = tmp_path / "it.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Wide")
        sheet.write(0, 0, "here")
        sheet.write(0, 16_383, "far away")
        sheet.write(1_000_000, 0, "far down")
    (sheet,) = read_workbook(path, quiet).sheets
    assert sheet.too_wide
    assert [(number, len(line)) for number, line in sheet.lines] == [(1, 1), (1_000_001, 1)]


def test_more_rows_than_any_college_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    path = write(tmp_path / "it.xlsx", college(*[meets()] * 6))
    assert refusal(path) == (
        'The tab "Dates" has more than 5 rows. Split the workbook, and import its parts one '
        "after the other."
    )


def test_the_dimensions_that_a_file_declares_are_not_believed(tmp_path: Path) -> None:
    (tmp_path / "it.xlsx").write_bytes(
        with_part(SHEET, lambda xml: xml.replace(b'ref="A1:I41"', b'ref="A1:A2"', 1))
    )
    assert len(read_workbook(tmp_path / "it.xlsx", quiet).sheets[0].lines) == 41


def test_a_file_is_known_by_its_digest(tmp_path: Path) -> None:
    path = write(tmp_path / "it.xlsx", college())
    assert read_workbook(path, quiet).digest == sha256(path.read_bytes()).hexdigest()


def test_progress_is_said_every_so_many_rows(tmp_path: Path) -> None:
    said: list[tuple[str, int]] = []
    path = write(tmp_path / "it.xlsx", college(*[meets()] * 1200))
    read_workbook(path, lambda what, count: said.append((what, count)))
    assert said == [('Reading the tab "Dates", row', 500), ('Reading the tab "Dates", row', 1000)]
