"""The record of what was imported when; the rows themselves belong to their packages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model


class ImportRecord(Model):
    """One import that changed something. `digest` is the file's SHA-256; its name isn't kept."""

    __tablename__ = "import_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    digest: Mapped[str]
    rows_added: Mapped[int]
    gaps_filled: Mapped[int]
    rows_refused: Mapped[int]


class ImportUpload(Model):
    """A workbook that was sent to the office's page and waits for a yes, until `ends_at` at most.

    `told` is what the import says of it, see `rules.report.told`. Once it was taken in, the
    file is gone and only `told` stays for a while, as the answer to a second press.
    """

    __tablename__ = "import_upload"
    __table_args__ = (
        {"sqlite_autoincrement": True},  # or a yes to one could be a yes to the next
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    digest: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
