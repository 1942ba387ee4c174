"""Which versions the tables may have: migrations are numbered, so their files' names tell."""

from recovery_college.config import ROOT

DIGITS = 4


def versions() -> list[str]:
    """In order, without Alembic, which a web process would keep in memory."""
    found = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    return sorted(path.name[:DIGITS] for path in found)
