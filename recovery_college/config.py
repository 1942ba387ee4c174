"""Settings, read once from the environment, checked, and handed on. The README holds the table."""

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PREFIX = "COLLEGE_"
ENVIRONMENTS = {"development", "production"}
SHORTEST_SECRET = 32  # characters


class BadSetting(RuntimeError):
    """A setting is missing or wrong; the message says which and what to do."""


def load_config(environ: Mapping[str, str]) -> dict[str, object]:
    """Read the settings, or raise `BadSetting`. Only `production` is strict."""
    read = {key.removeprefix(PREFIX): value for key, value in environ.items() if key != PREFIX}
    environment = read.get("ENVIRONMENT", "development")
    if environment not in ENVIRONMENTS:
        raise BadSetting("Set COLLEGE_ENVIRONMENT to development or production, or leave it out.")
    secret = read.get("SECRET_KEY", "dev")
    website = read.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    if environment == "production":
        _check_strictly(secret, website)
    strict = environment == "production"
    return {
        "ENVIRONMENT": environment,
        "SESSION_COOKIE_SECURE": strict,
        "SESSION_COOKIE_NAME": "__Host-college" if strict else "college",
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": database_url(read.get("DATABASE_URL", "")),
        "BASE_URL": website,
        "NAME": read.get("NAME", "Harbour Recovery College"),
    }


def database_url(given: str) -> str:
    """The address as SQLAlchemy wants it: its driver named, a SQLite path made absolute."""
    if not given:
        given = "sqlite:///instance/college.sqlite"
    if given.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if given.startswith("sqlite:///") and not given.startswith("sqlite:////"):
        return f"sqlite:///{ROOT / given.removeprefix('sqlite:///')}"
    if given == "sqlite://" or given.startswith(("sqlite:////", "postgresql+psycopg://")):
        return given
    raise BadSetting("Set COLLEGE_DATABASE_URL to sqlite:///… or postgresql://…, or leave it out.")


def _check_strictly(secret: str, website: str) -> None:
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(
            "Set COLLEGE_SECRET_KEY to a random text of 32 characters or more; production needs "
            "its own."
        )
    if not website.startswith("https://"):
        raise BadSetting("Set COLLEGE_BASE_URL to the public address, beginning with https://.")
