"""A small table that somebody sends, as CSV or as a workbook: its cells as words."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from recovery_college.errors import Refusal

LARGEST = 20_000_000  # bytes, unpacked
MOST_ROWS = 1_000
MOST_COLUMNS = 50
ZIPPED = b"PK"


def rows_of(content: bytes) -> list[list[str]]:
    """Of a workbook its first sheet. What can't be read is refused, and never half read."""
    rows = _of_workbook(content) if content.startswith(ZIPPED) else _of_csv(content)
    if len(rows) > MOST_ROWS:
        raise Refusal(f"This file has more than {MOST_ROWS:,} rows.", field="file")
    return rows


def _of_csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            return list(csv.reader(StringIO(text, newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise _unreadable()


def _of_workbook(content: bytes) -> list[list[str]]:
    import openpyxl

    try:
        with ZipFile(BytesIO(content)) as box:
            if sum(part.file_size for part in box.infolist()) > LARGEST:
                raise _unreadable()
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    except Refusal:
        raise
    except Exception as error:  # a damaged file can fail anywhere inside the reader
        raise _unreadable() from error


def _unreadable() -> Refusal:
    return Refusal(
        "This file can\u2019t be read. Save it as CSV or as .xlsx, and send it again.", field="file"
    )
