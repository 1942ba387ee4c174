"""The grown-up set-up on this machine: what compose.yaml and the units start, without containers.

Two groups of web processes behind nginx with TLS, two workers, a PostgreSQL that is database and
queue, and a mail server that keeps what it is sent. Whatever ends is started again at once.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.server import free_port
from recovery_college.config import ROOT
from tests import postgres
from tests.post_office import PostOffice, post_office

SHIPPED = ROOT / "scripts/proxy"
GROUPS, WORKERS = 2, 2
PATIENCE = 60  # seconds
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NGINX = """pid {home}/nginx.pid;
daemon off;
worker_processes 2;
{user}
events {{}}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/college.conf;
}}
"""

NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{next}", "{newest}", None, None


def upgrade() -> None:
    for table in ("session", "run", "enrolment", "person"):
        note = sa.Column("note", sa.Text(), nullable=False, server_default="")
        op.add_column(table, note)
    op.create_table("next_release", sa.Column("id", sa.Integer(), primary_key=True))
"""


@dataclass
class Piece:
    """A program that is started again when it ends; whatever it has left behind is ended first."""

    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    doors: tuple[int, ...] = ()
    log: Path = Path(os.devnull)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=os.environ | self.environ,
                pass_fds=self.doors,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    @property
    def id(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def children(self) -> list[int]:
        with suppress(OSError):
            listed = Path(f"/proc/{self.id}/task/{self.id}/children").read_text()
            return [int(each) for each in listed.split()]
        return []

    def keep_up(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.end(signal.SIGKILL)
            self.start()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Gently, it finishes what it has begun."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            if how is signal.SIGKILL:
                os.killpg(self.id, how)
            else:
                self.process.send_signal(how)
        self.process.wait(PATIENCE)


@dataclass
class GrownUp:
    """`site` is what the world sees, `groups` are the two behind it."""

    home: Path
    environ: dict[str, str]
    office: PostOffice
    site: str
    groups: list[str] = field(default_factory=list)
    webs: list[Piece] = field(default_factory=list)
    workers: list[Piece] = field(default_factory=list)
    proxy: Piece = field(default_factory=lambda: Piece([]))

    @property
    def pieces(self) -> list[Piece]:
        return [*self.webs, *self.workers, self.proxy]

    @property
    def certificate(self) -> str:
        return f"{self.home}/certificate.pem"

    def is_up(self) -> bool:
        with suppress(requests.RequestException):
            answer = requests.get(f"{self.site}/readyz", verify=self.certificate, timeout=PATIENCE)
            return answer.ok
        return False


@contextmanager
def grown_up(home: Path, prepare: Callable[[dict[str, str]], None]) -> Iterator[GrownUp]:
    """All of it, serving. `prepare` makes the tables, before anybody asks for them."""
    with ExitStack() as ends:
        office = ends.enter_context(post_office())
        url = ends.enter_context(postgres.running()).replace("+psycopg", "")
        port = free_port()
        environ = settings(url, f"https://localhost:{port}", office.port)
        prepare(environ)
        whole = GrownUp(home, environ, office, environ["COLLEGE_BASE_URL"])
        for _ in range(GROUPS):
            door = ends.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
            whole.groups.append(f"http://127.0.0.1:{door.getsockname()[1]}")
            web = Piece(serving(door.fileno()), environ, (door.fileno(),), home / "web.log")
            whole.webs.append(web)
        for _ in range(WORKERS):
            work = [sys.executable, "-m", "flask", "worker"]
            whole.workers.append(Piece(work, environ, log=home / "worker.log"))
        whole.proxy = Piece(proxy(home, port, [each.rsplit(":", 1)[1] for each in whole.groups]))
        ends.enter_context(kept_up(whole.pieces))
        yield whole


def settings(database: str, site: str, mail: int) -> dict[str, str]:
    """As in production, but that the mail server is on this machine and speaks no TLS."""
    return {
        "COLLEGE_ENVIRONMENT": "production",
        "COLLEGE_SECRET_KEY": "a secret of thirty-two letters or more, for tests",
        "COLLEGE_DATABASE_URL": database,
        "COLLEGE_QUEUE_URL": database,
        "COLLEGE_BASE_URL": site,
        "COLLEGE_MAIL_SERVER": "127.0.0.1",
        "COLLEGE_MAIL_PORT": str(mail),
        "COLLEGE_MAIL_SENDER": "college@example.org",
        "COLLEGE_TRUSTED_PROXIES": "1",
    }


def serving(door: int) -> list[str]:
    """A group of web processes at a door that stays open while they are started again."""
    given = ["--config", "scripts/web.conf.py", "--worker-tmp-dir", "/dev/shm", "--bind"]  # noqa: S108  # as the unit
    return [sys.executable, "-m", "gunicorn", *given, f"fd://{door}", "wsgi:app"]


def proxy(home: Path, port: int, groups: list[str]) -> list[str]:
    """nginx with the shipped settings; only ports, which it says to the web, and places differ."""
    shipped = (SHIPPED / "college.conf").read_text()
    shipped = re.sub(r"\n\s*listen \[::\].*", "", shipped)
    shipped = re.sub(r"listen 443\b", f"listen 127.0.0.1:{port}", shipped)
    shipped = re.sub(r"listen 80\b", f"listen 127.0.0.1:{free_port()}", shipped)
    shipped = shipped.replace("Host $host;", "Host $host:$server_port;")
    for place in ("/etc/nginx/college", "/var/log/nginx"):
        shipped = shipped.replace(place, str(home))
    (home / "college.conf").write_text(shipped)
    (home / "name.conf").write_text("server_name localhost;\n")
    servers = (f"server 127.0.0.1:{group} max_fails=0;\n" for group in groups)
    (home / "servers.conf").write_text("".join(servers))
    for name in ("away.html", "tls.conf"):
        shutil.copy(SHIPPED / name, home)
    write_certificate(home)
    user = "user root root;" if os.geteuid() == 0 else ""
    (home / "nginx.conf").write_text(NGINX.format(home=home, user=user))
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        raise RuntimeError("No nginx here: run `make test`, which installs one.")
    return [nginx, "-p", str(home), "-c", f"{home}/nginx.conf", "-e", f"{home}/error.log"]


def write_certificate(home: Path) -> None:
    """For `localhost`, for one day, with nobody but itself to vouch for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (home / "key.pem").write_bytes(private)
    (home / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


@contextmanager
def kept_up(pieces: list[Piece]) -> Iterator[None]:
    """All are started; whichever ends before the end is started again within a moment."""
    stop = Event()

    def watch() -> None:
        while not stop.wait(0.1):
            for piece in pieces:
                piece.keep_up()

    watching = Thread(target=watch)
    for piece in pieces:
        piece.keep_up()
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()
        for piece in pieces:
            piece.end(signal.SIGKILL)


def migrate_to_the_next(whole: GrownUp, folder: Path) -> None:
    """As the release after this one might, by adding only."""
    shutil.copytree(ROOT / "migrations", folder)
    newest = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    words = NEXT.format(newest=newest, next=f"{int(newest) + 1:04}")
    (folder / "versions" / "next.py").write_text(words)
    ask = [sys.executable, "-m", "flask", "db", "upgrade", "--directory", str(folder)]
    subprocess.run(ask, cwd=ROOT, env=os.environ | whole.environ, check=True)


@dataclass
class Phone:
    """A browser that says at which group it asks; between it and them stands no proxy."""

    name: str
    kept: dict[str, str] = field(default_factory=dict)

    def ask(self, how: str, address: str, **sent: Any) -> requests.Response:
        said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        said |= {"Host": "localhost", "Referer": "https://localhost/"}
        answer = requests.request(
            how,
            address,
            headers=said,
            cookies=self.kept,
            allow_redirects=False,
            timeout=PATIENCE,
            **sent,
        )
        self.kept |= {cookie.name: str(cookie.value) for cookie in answer.cookies}
        return answer

    def get(self, address: str) -> requests.Response:
        return self.ask("GET", address)

    def post(
        self, address: str, *, seen_at: str = "", files: Any = None, **form: str
    ) -> requests.Response:
        """With the token of the page that has the form."""
        found = TOKEN.search(self.get(seen_at or address).text)
        assert found
        return self.ask("POST", address, data={"csrf_token": found[1], **form}, files=files)
