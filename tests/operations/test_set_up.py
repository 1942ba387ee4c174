"""What is shipped to serve a college in earnest agrees with the code that it serves."""

import os
import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from recovery_college.config import ROOT
from recovery_college.pages import OPENED_BY_KEY

UNITS = ROOT / "scripts/systemd"
KEPT_SMALL = {
    "User": "college",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
}


def read_unit(path: Path) -> ConfigParser:
    """Of a line that a unit has twice, such as its filters, only the last is seen."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    unit.read(path)
    return unit


def test_the_proxy_writes_down_no_key_that_the_site_knows_of() -> None:
    """Nor one behind a beginning that is written with another letter of the same meaning."""
    proxy = (ROOT / "scripts/proxy/college.conf").read_text()
    mapped = re.search(r"<opened>/\+\(\?:([^)]+)\)/\)", proxy)
    assert mapped
    assert mapped[1] == OPENED_BY_KEY


def test_no_log_beside_ours_has_a_visitor_or_a_row_in_it() -> None:
    """nginx names who asked in what is not critical; PostgreSQL, of what it refuses, the row."""
    servers = (ROOT / "scripts/proxy/college.conf").read_text().split("\nserver {")[1:]
    quiet = "\n    error_log /var/log/nginx/error.log crit;\n"
    assert [each for each in servers if quiet not in each] == []
    for told in ("compose.yaml", "README.md"):
        assert re.search(r"log_error_verbosity ?= ?terse", (ROOT / told).read_text())


@pytest.mark.parametrize("service", sorted(UNITS.glob("*.service")), ids=lambda path: path.stem)
def test_a_service_may_do_nothing_but_its_work(service: Path) -> None:
    unit = read_unit(service)["Service"]
    assert {name: unit[name] for name in KEPT_SMALL} == KEPT_SMALL
    assert unit.get("Type") == "oneshot" or unit["Restart"] == "always"
    program, *arguments = unit["ExecStart"].split()
    assert Path(program).parent == Path(unit["WorkingDirectory"], ".venv/bin")
    named = [word for word in arguments if word.startswith("scripts/")]
    assert all((ROOT / name).is_file() for name in named)


def test_the_operators_command_stays_where_it_is_typed(tmp_path: Path) -> None:
    """So that `college restore last-night.backup` means the file that stands there."""
    became = tmp_path / "runuser"
    became.write_text('#!/bin/sh\necho "$PWD $FLASK_APP $COLLEGE_NAME $*"\n')
    became.chmod(0o755)
    settings = tmp_path / "settings"
    settings.write_text("COLLEGE_NAME='Harbour & $ons'\n")
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "COLLEGE_SETTINGS": str(settings)}
    command = [str(ROOT / "scripts/college"), "restore", "last-night.backup"]
    said = subprocess.check_output(command, cwd=tmp_path, env=environ, text=True)
    assert said == (
        f"{tmp_path} /srv/college/current/wsgi.py Harbour & $ons "
        "-u college -- /srv/college/current/.venv/bin/flask restore last-night.backup\n"
    )


def test_the_image_holds_what_the_site_reads_and_is_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied if not name.startswith(("--", "/")))
    assert {"recovery_college", "templates", "static", "migrations", "wsgi.py"} <= set(copied)
    assert "USER 10001" in lines
    left_in = (ROOT / ".dockerignore").read_text().split()
    assert {f"!{name}" for name in copied if not name.startswith(("--", "/"))} <= set(left_in)
