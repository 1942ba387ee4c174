"""What is read from the environment, and what is refused."""

from pathlib import Path

import pytest

from recovery_college.config import ROOT, SECRETS, BadSetting, database_url, load_config, queue_url

NOBODY_ELSE = {
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_ISSUER": "",
    "MAIL_SERVER": "",
    "MAIL_PORT": 25,
    "MAIL_USERNAME": None,
    "MAIL_PASSWORD": None,
    "MAIL_USE_TLS": False,
    "MAIL_DEFAULT_SENDER": "college@example.org",
    "NOTIFY_API_KEY": "",
    "NOTIFY_TEMPLATE": "",
    "NOTIFY_URL": "https://api.notifications.service.gov.uk",
}
UUID = "11111111-1111-1111-1111-111111111111"


def keys(key: str, *before: str) -> dict[str, object]:
    """As Flask, its forms and we name them."""
    each = [*before, key]
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": [*before],
        "SECRET_KEYS": each,
        "WTF_CSRF_SECRET_KEY": each,
    }


def test_nothing_set_is_a_college_on_this_machine() -> None:
    assert load_config({"PATH": "/bin", "COLLEGE_": "odd"}) == {
        "ENVIRONMENT": "development",
        **keys("dev"),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{ROOT}/instance/college.sqlite",
        "BASE_URL": "http://127.0.0.1:8000",
        "TRUSTED_HOSTS": None,
        "NAME": "Harbour Recovery College",
        "SESSION_COOKIE_NAME": "college",
        "SESSION_COOKIE_SECURE": False,
        "QUEUE_URL": f"sqlite:///{ROOT}/instance/queue.sqlite",
        "TRUSTED_PROXIES": 0,
        "BACKUP_KEY": "",
        "METRICS_TOKEN": "",
        "JSON_LOGS": False,
        "SECURITY_CONTACT": "",
        "SECURITY_POLICY": "",
        **NOBODY_ELSE,
    }


def test_what_is_set_is_taken() -> None:
    given = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "a long random text of many letters",
        "DATABASE_URL": "postgresql://college@db/college",
        "BASE_URL": "https://college.example.org/",
        "NAME": "Quay College",
        "SECURITY_CONTACT": "safe@example.org",
        "SECURITY_POLICY": "https://trust.example.org/disclosure",
    }
    assert load_config({f"COLLEGE_{name}": value for name, value in given.items()}) == {
        "ENVIRONMENT": "production",
        **keys("a long random text of many letters"),
        "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://college@db/college",
        "BASE_URL": "https://college.example.org",
        "TRUSTED_HOSTS": ["college.example.org", "localhost", "127.0.0.1", "[::1]"],
        "NAME": "Quay College",
        "SESSION_COOKIE_NAME": "__Host-college",
        "SESSION_COOKIE_SECURE": True,
        "QUEUE_URL": f"sqlite:///{ROOT}/instance/queue.sqlite",
        "TRUSTED_PROXIES": 0,
        "BACKUP_KEY": "",
        "METRICS_TOKEN": "",
        "JSON_LOGS": True,
        "SECURITY_CONTACT": "mailto:safe@example.org",
        "SECURITY_POLICY": "https://trust.example.org/disclosure",
        **NOBODY_ELSE,
    }


def test_mail_is_sent_as_it_is_set() -> None:
    given = {"SERVER": "mail.example.org", "PORT": "587", "USERNAME": "college", "PASSWORD": "x"}
    given |= {"USE_TLS": "yes", "SENDER": "Harbour <post@example.org>"}
    found = load_config({f"COLLEGE_MAIL_{name}": value for name, value in given.items()})
    assert {key: value for key, value in found.items() if key.startswith("MAIL_")} == {
        "MAIL_SERVER": "mail.example.org",
        "MAIL_PORT": 587,
        "MAIL_USERNAME": "college",
        "MAIL_PASSWORD": "x",
        "MAIL_USE_TLS": True,
        "MAIL_DEFAULT_SENDER": "Harbour <post@example.org>",
    }


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        (("https://i.example/", "id", "secret"), True),
        (("http://127.0.0.1:1", "id", "secret"), True),
        (("https://i.example", "id", ""), False),
        (("", "id", ""), False),
        (("i.example", "id", "secret"), False),
    ],
)
def test_another_organisation_signs_people_on_when_all_of_it_is_set(
    given: tuple[str, ...], fits: bool
) -> None:
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    environ = {f"COLLEGE_{name}": value for name, value in zip(names, given, strict=True)}
    if not fits:
        with pytest.raises(BadSetting, match="COLLEGE_OIDC"):
            load_config(environ)
        return
    assert load_config(environ)["OIDC_ISSUER"] == given[0].rstrip("/")


@pytest.mark.parametrize(
    ("key", "template", "fits"),
    [
        (f"college-{UUID}-{UUID}", UUID, True),
        ("", "", True),
        (f"college-{UUID}-{UUID}", "", False),
        ("", UUID, False),
        (f"college-{UUID}", UUID, False),
    ],
)
def test_texts_need_a_whole_key_and_a_template(key: str, template: str, *, fits: bool) -> None:
    environ = {"COLLEGE_NOTIFY_API_KEY": key, "COLLEGE_NOTIFY_TEMPLATE": template}
    if not fits:
        with pytest.raises(BadSetting, match="COLLEGE_NOTIFY_API_KEY"):
            load_config(environ)
        return
    assert load_config(environ)["NOTIFY_API_KEY"] == key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_PORT", "many"),
        ("MAIL_PORT", "70000"),
        ("MAIL_USE_TLS", "perhaps"),
        ("MAIL_SENDER", "nobody"),
        ("TRUSTED_PROXIES", "-1"),
        ("LOGS", "xml"),
        ("HOSTS", "https://b.example"),
        ("QUEUE_URL", "redis://localhost"),
        ("SECURITY_CONTACT", "somebody"),
        ("SECURITY_POLICY", "http://example.org"),
        ("NOTIFY_URL", "notify.example.org"),
    ],
)
def test_a_setting_that_can_t_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"COLLEGE_{name}"):
        load_config({f"COLLEGE_{name}": value})


@pytest.mark.parametrize(
    ("given", "database", "queue"),
    [
        ("", "sqlite:////srv/college.sqlite", "sqlite:////srv/queue.sqlite"),
        ("", "postgresql+psycopg://db/college", f"sqlite:///{ROOT}/instance/queue.sqlite"),
        ("postgresql://db/queue", "sqlite:////x", "postgresql+psycopg://db/queue"),
    ],
)
def test_the_queue_stands_beside_the_database(given: str, database: str, queue: str) -> None:
    assert queue_url(given, database) == queue


@pytest.mark.parametrize(
    "secret", [{}, {"COLLEGE_SECRET_KEY": ""}, {"COLLEGE_SECRET_KEY": "x" * 31}]
)
def test_production_needs_a_secret_of_its_own(secret: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="COLLEGE_SECRET_KEY"):
        load_config({"COLLEGE_ENVIRONMENT": "production"} | secret)


def test_the_key_before_counts_while_it_is_changed() -> None:
    given = {"COLLEGE_SECRET_KEY": "n" * 32, "COLLEGE_SECRET_KEY_BEFORE": "o" * 32}
    found = load_config(given)
    assert {name: found[name] for name in keys("")} == keys("n" * 32, "o" * 32)
    strict = {"COLLEGE_ENVIRONMENT": "production", "COLLEGE_BASE_URL": "https://c.example.org"}
    assert load_config(strict | given)
    for before in ("dev", "n" * 32):
        with pytest.raises(BadSetting, match="COLLEGE_SECRET_KEY_BEFORE"):
            load_config(strict | given | {"COLLEGE_SECRET_KEY_BEFORE": before})


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    uuid = "11111111-1111-1111-1111-111111111111"
    values = {
        "DATABASE_URL": "postgresql://college@db/college",
        "QUEUE_URL": "postgresql://college@db/college",
        "NOTIFY_API_KEY": f"key-{uuid}-{uuid}",
    }
    value = values.get(name, "a long random text of many letters")
    others = {
        "COLLEGE_NOTIFY_TEMPLATE": uuid if name == "NOTIFY_API_KEY" else "",
        **{
            f"COLLEGE_{each}": "https://id.example.org"
            for each in ("OIDC_ISSUER", "OIDC_CLIENT_ID")
            if name == "OIDC_CLIENT_SECRET"
        },
    }
    file.write_text(f"{value}\n")
    by_file = load_config(others | {f"COLLEGE_{name}_FILE": str(file)})
    assert by_file == load_config(others | {f"COLLEGE_{name}": value})
    with pytest.raises(BadSetting, match="not both"):
        load_config({f"COLLEGE_{name}": value, f"COLLEGE_{name}_FILE": str(file)})
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(BadSetting, match=f"COLLEGE_{name}_FILE names can't be read"):
            load_config({f"COLLEGE_{name}_FILE": str(wrong)})


def test_other_names_of_the_site_are_named() -> None:
    given = {
        "COLLEGE_BASE_URL": "http://a.example:8000/",
        "COLLEGE_HOSTS": "b.example, c.example:1",
    }
    found = load_config(given)["TRUSTED_HOSTS"]
    assert found == ["a.example", "b.example", "c.example:1", "localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("website", ["", "http://college.example.org", "college.example.org"])
def test_production_has_a_public_address(website: str) -> None:
    strict = {"COLLEGE_ENVIRONMENT": "production", "COLLEGE_SECRET_KEY": "x" * 32}
    with pytest.raises(BadSetting, match="COLLEGE_BASE_URL"):
        load_config(strict | {"COLLEGE_BASE_URL": website})


def test_production_sends_mail_as_somebody() -> None:
    strict = {"COLLEGE_ENVIRONMENT": "production", "COLLEGE_SECRET_KEY": "x" * 32}
    strict |= {"COLLEGE_BASE_URL": "https://college.example.org"}
    strict |= {"COLLEGE_MAIL_SERVER": "mail.example.org"}
    with pytest.raises(BadSetting, match="COLLEGE_MAIL_SENDER"):
        load_config(strict)
    assert load_config(strict | {"COLLEGE_MAIL_SENDER": "post@example.org"})


@pytest.mark.parametrize("name", ["BACKUP_KEY", "METRICS_TOKEN"])
def test_a_key_is_long_or_there_is_none(name: str) -> None:
    with pytest.raises(BadSetting, match=f"COLLEGE_{name}"):
        load_config({f"COLLEGE_{name}": "x" * 31})
    assert load_config({f"COLLEGE_{name}": "x" * 32})[name] == "x" * 32


@pytest.mark.parametrize("address", ["mysql://x/y", "garbage", "college.sqlite"])
def test_another_kind_of_database_is_refused_in_words(address: str) -> None:
    with pytest.raises(BadSetting, match="COLLEGE_DATABASE_URL"):
        database_url(address)


@pytest.mark.parametrize("environment", ["", "prod", "Production"])
def test_a_slip_does_not_make_production_less_strict(environment: str) -> None:
    with pytest.raises(BadSetting, match="COLLEGE_ENVIRONMENT"):
        load_config({"COLLEGE_ENVIRONMENT": environment, "COLLEGE_SECRET_KEY": "long and random"})


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
        ("postgresql+psycopg://c/d", "postgresql+psycopg://c/d"),
        ("sqlite:////var/college.sqlite", "sqlite:////var/college.sqlite"),
        ("sqlite:///here.sqlite", f"sqlite:///{ROOT}/here.sqlite"),
        ("sqlite://", "sqlite://"),
    ],
)
def test_an_address_of_a_database_names_its_driver_and_its_whole_path(
    given: str, read: str
) -> None:
    assert database_url(given) == read
