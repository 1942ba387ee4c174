"""The record of what was imported when; the rows themselves belong to their packages."""

from datetime import datetime

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
