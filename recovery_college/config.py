"""Settings, read once from the environment, checked, and handed on. The README holds the table."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from recovery_college.addresses import is_email

ROOT = Path(__file__).parent.parent
PREFIX = "COLLEGE_"
IN_FILE = "_FILE"
SECRETS = {
    *("SECRET_KEY", "SECRET_KEY_BEFORE", "BACKUP_KEY", "METRICS_TOKEN"),
    *("DATABASE_URL", "QUEUE_URL", "MAIL_PASSWORD", "NOTIFY_API_KEY", "OIDC_CLIENT_SECRET"),
}
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
ENVIRONMENTS = {"development", "production"}
SHORTEST_SECRET = 32  # characters
NOTIFY = "https://api.notifications.service.gov.uk"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class BadSetting(RuntimeError):
    """A setting is missing or wrong; the message says which and what to do."""


def load_config(environ: Mapping[str, str]) -> dict[str, object]:
    """Read the settings, or raise `BadSetting`. Only `production` is strict."""
    read = _with_files({key.removeprefix(PREFIX): value for key, value in environ.items()})
    environment = read.get("ENVIRONMENT", "development")
    if environment not in ENVIRONMENTS:
        raise BadSetting("Set COLLEGE_ENVIRONMENT to development or production, or leave it out.")
    secret, before = read.get("SECRET_KEY", "dev"), read.get("SECRET_KEY_BEFORE", "")
    website = read.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    strict = environment == "production"
    if strict:
        _check_strictly(secret, before, website)
        _check_sender(read)
    database = database_url(read.get("DATABASE_URL", ""))
    return (
        {
            "ENVIRONMENT": environment,
            "SESSION_COOKIE_SECURE": strict,
            "SESSION_COOKIE_NAME": "__Host-college" if strict else "college",
            **_secrets(secret, before),
            "SQLALCHEMY_DATABASE_URI": database,
            "BASE_URL": website,
            "TRUSTED_HOSTS": _hosts(read, website, strict=strict),
            "NAME": read.get("NAME", "Harbour Recovery College"),
            "QUEUE_URL": queue_url(read.get("QUEUE_URL", ""), database),
            "TRUSTED_PROXIES": _number(read, "TRUSTED_PROXIES", 0, most=10),
            "BACKUP_KEY": _key(read, "BACKUP_KEY"),
            "METRICS_TOKEN": _key(read, "METRICS_TOKEN"),
            "JSON_LOGS": _json_logs(read, strict=strict),
        }
        | _mail(read)
        | _texts(read, strict=strict)
        | _sign_on(read, strict=strict)
        | _weaknesses(read)
    )


def _with_files(read: Mapping[str, str]) -> dict[str, str]:
    """What a setting is may stand in a file, as secrets of containers and of systemd do."""
    found = dict(read)
    for name in SECRETS & {key.removesuffix(IN_FILE) for key in read if key.endswith(IN_FILE)}:
        if name in read:
            raise BadSetting(f"Set COLLEGE_{name} or COLLEGE_{name}{IN_FILE}, and not both.")
        try:
            found[name] = Path(read[name + IN_FILE]).read_text().strip()
        except (OSError, ValueError):
            raise BadSetting(
                f"The file that COLLEGE_{name}{IN_FILE} names can't be read. Name one that is "
                "there, and that whoever runs this may read."
            ) from None
    return found


def _hosts(read: Mapping[str, str], website: str, *, strict: bool) -> list[str] | None:
    """The names that the site answers to. A machine's own checks come by its own name."""
    others = read.get("HOSTS", "").replace(",", " ").split()
    if not all(re.fullmatch(r"[\w.-]+(?::\d+)?|\[[\da-f:]+\]", each) for each in others):
        raise BadSetting(
            "Set COLLEGE_HOSTS to the other names of the site, as in "
            "college.example.org www.college.example.org, or leave it out."
        )
    host = urlsplit(website).hostname or ""
    return [host, *others, *THIS_MACHINE] if strict or others else None


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


def queue_url(given: str, database: str) -> str:
    """Where the worker's queue is: a file beside the database, or PostgreSQL."""
    if given.startswith(("postgresql://", "postgres://", "sqlite:///")):
        return database_url(given)
    if given:
        raise BadSetting("Set COLLEGE_QUEUE_URL to sqlite:///… or postgresql://…, or leave it out.")
    on_disk = database.startswith("sqlite:////")
    folder = Path(database.removeprefix("sqlite:///")).parent if on_disk else ROOT / "instance"
    return f"sqlite:///{folder}/queue.sqlite"


def _weaknesses(read: Mapping[str, str]) -> dict[str, object]:
    """Who hears of one, and what they promise (RFC 9116). Empty is the office, and our own page."""
    contact, policy = read.get("SECURITY_CONTACT", ""), read.get("SECURITY_POLICY", "")
    contact = f"mailto:{contact}" if is_email(contact) else contact
    if contact and not re.fullmatch(r"(?:https://|mailto:|tel:)[\x21-\x7e]+", contact):
        raise BadSetting(
            "Set COLLEGE_SECURITY_CONTACT to an e-mail address or to an address that begins with "
            "https://, or leave it out."
        )
    if policy and not re.fullmatch(r"https://[\x21-\x7e]+", policy):
        raise BadSetting("Set COLLEGE_SECURITY_POLICY to an address that begins with https://.")
    return {"SECURITY_CONTACT": contact, "SECURITY_POLICY": policy}


def _key(read: Mapping[str, str], name: str) -> str:
    key = read.get(name, "")
    if key and len(key) < SHORTEST_SECRET:
        raise BadSetting(
            f"Set COLLEGE_{name} to a random text of 32 characters or more, or leave it out."
        )
    return key


def _json_logs(read: Mapping[str, str], *, strict: bool) -> bool:
    given = read.get("LOGS") or ("json" if strict else "plain")
    if given not in ("json", "plain"):
        raise BadSetting("Set COLLEGE_LOGS to json or plain, or leave it out.")
    return given == "json"


def _mail(read: Mapping[str, str]) -> dict[str, object]:
    """Flask-Mail's own names. Without a server, mail is kept in the outbox."""
    sender = read.get("MAIL_SENDER") or "college@example.org"
    if not is_email(parseaddr(sender)[1]):
        raise BadSetting(
            "Set COLLEGE_MAIL_SENDER to the address that mail comes from, as in "
            "college@example.org."
        )
    return {
        "MAIL_SERVER": read.get("MAIL_SERVER", ""),
        "MAIL_PORT": _number(read, "MAIL_PORT", 25, most=65_535),
        "MAIL_USERNAME": read.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": read.get("MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": _yes(read, "MAIL_USE_TLS"),
        "MAIL_DEFAULT_SENDER": sender,
    }


def _texts(read: Mapping[str, str], *, strict: bool) -> dict[str, object]:
    """GOV.UK Notify: its key and our template there, or neither and so no texts."""
    key, template = read.get("NOTIFY_API_KEY", ""), read.get("NOTIFY_TEMPLATE", "")
    if (key or template) and not (
        re.fullmatch(f".*-{UUID}-{UUID}", key) and re.fullmatch(UUID, template)
    ):
        raise BadSetting(
            "Set COLLEGE_NOTIFY_API_KEY to a whole key of GOV.UK Notify, and "
            "COLLEGE_NOTIFY_TEMPLATE to the id of a template there; or leave both out."
        )
    service = (read.get("NOTIFY_URL") or NOTIFY).rstrip("/")
    if not service.startswith(("https://",) if strict else ("https://", "http://")):
        raise BadSetting("Set COLLEGE_NOTIFY_URL to an address that begins with https://.")
    return {"NOTIFY_API_KEY": key, "NOTIFY_TEMPLATE": template, "NOTIFY_URL": service}


def _sign_on(read: Mapping[str, str], *, strict: bool) -> dict[str, object]:
    """Another organisation that signs people on: all three settings, or none."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    given = {name: read.get(name, "") for name in names}
    if any(given.values()) and not all(given.values()):
        raise BadSetting(
            "Set all of COLLEGE_OIDC_ISSUER, COLLEGE_OIDC_CLIENT_ID and "
            "COLLEGE_OIDC_CLIENT_SECRET, or none of them."
        )
    issuer = given["OIDC_ISSUER"].rstrip("/")
    allowed = ("https://",) if strict else ("https://", "http://")
    if issuer and not issuer.startswith(allowed):
        raise BadSetting("Set COLLEGE_OIDC_ISSUER to an address that begins with https://.")
    return {**given, "OIDC_ISSUER": issuer}


def _number(read: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    given = read.get(name) or str(default)
    if not (given.isascii() and given.isdecimal() and int(given) <= most):
        raise BadSetting(f"Set COLLEGE_{name} to a number up to {most}, or leave it out.")
    return int(given)


def _yes(read: Mapping[str, str], name: str) -> bool:
    given = read.get(name, "no").lower()
    if given not in ("yes", "no", "1", "0", "true", "false", ""):
        raise BadSetting(f"Set COLLEGE_{name} to yes or no, or leave it out.")
    return given in ("yes", "1", "true")


def _secrets(secret: str, before: str) -> dict[str, object]:
    """Flask's own names, and one of ours: oldest first."""
    keys = [before, secret] if before else [secret]
    return {
        "SECRET_KEY": secret,
        "SECRET_KEY_FALLBACKS": keys[:-1],
        "SECRET_KEYS": keys,
        "WTF_CSRF_SECRET_KEY": keys,
    }


def _check_strictly(secret: str, before: str, website: str) -> None:
    if before and (len(before) < SHORTEST_SECRET or before == secret):
        raise BadSetting(
            "Set COLLEGE_SECRET_KEY_BEFORE to the secret key that was changed, which has 32 "
            "characters or more; or leave it out."
        )
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(
            "Set COLLEGE_SECRET_KEY to a random text of 32 characters or more; production needs "
            "its own."
        )
    if not website.startswith("https://"):
        raise BadSetting("Set COLLEGE_BASE_URL to the public address, beginning with https://.")


def _check_sender(read: Mapping[str, str]) -> None:
    if read.get("MAIL_SERVER") and not read.get("MAIL_SENDER"):
        raise BadSetting("Set COLLEGE_MAIL_SENDER to the address that the college's mail is from.")
