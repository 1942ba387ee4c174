"""An invented college, made for scanners and thrown away: wapiti signed in as each role, sqlmap on
a search and a form. Ends with 1 if either found something, or if the site answered with a fault.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

ROOT = Path(__file__).parents[2]
SITE = "http://127.0.0.1:8766"
PUBLIC = ("/courses*", "/venues*")
ROLES = {  # who signs in, where wapiti begins, and what it looks at as somebody else
    "a manager": ("olu@example.org", "/office", (*PUBLIC, "/my*")),
    "the desk": ("dee@example.org", "/office", (*PUBLIC, "/my*")),
    "a tutor": ("bea@example.org", "/tutor", (*PUBLIC, "/my*")),
    "a student": ("ada@example.org", "/my", PUBLIC),
    "nobody": ("", "/", ()),
}
LEFT_ALONE = (  # what would end the visit, or print for a second each time
    *("/sign-out", "/my/security/*", "/my/data/delete*", "*.pdf*", "/static/*"),
    *("/office/people/*/erase*", "/office/people/*/merge*", "/office/people/*/roles*"),
)
MODULES = (  # not ldap, which takes any other page for a find: there is none here
    "cookieflags,crlf,csp,csrf,exec,file,http_headers,permanentxss,redirect,sql,timesql,xss"
)
FORM = "email=ada&password=x1&how=password&csrf_token=x"  # the token is fetched for each try
PLAIN = {"version": 0, "expires": None, "secure": False, "port": None}  # of a cookie, for wapiti
BY_PLAIN_HTTP = {  # what only production and its proxy have
    "Strict-Transport-Security is not set",
    "Secure flag is not set in the cookie : college",
}


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with TemporaryDirectory() as home, served(Path(home)) as log:
        found = [*by_wapiti(Path(home), seconds), *by_sqlmap(Path(home)), *faults(log)]
    for line in found or ["Nothing was found."]:
        say(line)
    sys.exit(bool(found))


@contextmanager
def served(home: Path) -> Iterator[Path]:
    """Gives the log of its answers."""
    environ = os.environ | {
        "COLLEGE_DATABASE_URL": f"sqlite:///{home}/college.sqlite",
        "COLLEGE_BASE_URL": SITE,
    }
    for command in (["db", "upgrade"], ["demo"]):
        run([sys.executable, "-m", "flask", *command], environ)
    log = home / "answers.log"
    bind = ["--bind", SITE.removeprefix("http://"), "--config", "scripts/web.conf.py"]
    written = ["--access-logfile", str(log), "--access-logformat", "%(s)s %(m)s %(U)s"]
    server = subprocess.Popen(  # noqa: S603  # our own
        [sys.executable, "-m", "gunicorn", *bind, *written, "wsgi:app"],
        cwd=ROOT,
        env=environ,
        stderr=subprocess.DEVNULL,  # the answers' own log tells of faults
    )
    try:
        wait_for(f"{SITE}/healthz")
        yield log
    finally:
        server.terminate()
        server.wait(40)


def wait_for(address: str) -> None:
    for _ in range(60):
        try:
            urlopen(address).close()  # noqa: S310  # ours
        except URLError:
            sleep(1)
        else:
            return
    raise SystemExit("The invented college did not open.")


def cookies_of(email: str) -> dict[str, str]:
    """Of somebody who signs in by the door, as `flask demo` says."""
    jar = CookieJar()
    web = build_opener(HTTPCookieProcessor(jar))
    page = web.open(f"{SITE}/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    typed = {"csrf_token": token[1] if token else "", "email": email, "how": "password"}
    web.open(f"{SITE}/sign-in", urlencode(typed | {"password": "demo-college"}).encode())
    return {cookie.name: cookie.value or "" for cookie in jar}


def by_wapiti(home: Path, seconds: int) -> Iterator[str]:
    wapiti = shutil.which("wapiti")
    if wapiti is None:
        say("wapiti is not installed: left out")
        return
    for role, (email, begin, elsewhere) in ROLES.items():
        say(f"wapiti as {role}, up to {seconds} seconds")
        report, kept = home / "report.json", home / "cookies.json"
        cookies = {name: PLAIN | {"value": value} for name, value in _kept(email).items()}
        kept.write_text(json.dumps({"127.0.0.1": {"/": cookies}}))
        bounds = ["--max-scan-time", str(seconds), "--max-attack-time", str(max(5, seconds // 6))]
        wide = ["--scope", "domain", "--max-links-per-page", "40", "--max-files-per-dir", "12"]
        apart = [word for path in (*LEFT_ALONE, *elsewhere) for word in ("-x", SITE + path)]
        where = ["-u", SITE + begin, *(["-c", str(kept)] if email else []), "-m", MODULES]
        quiet = ["--no-bugreport", "--flush-session", "-v", "0", "-f", "json", "-o", str(report)]
        words = run(
            [wapiti, *where, *bounds, *wide, *apart, "--store-session", str(home), *quiet],
            os.environ | {"HOME": str(home)},
        )
        told = told_by(report) if report.exists() else words.strip().splitlines()[-1:]
        yield from (f"wapiti as {role}: {line}" for line in told)
        report.unlink(missing_ok=True)


def _kept(email: str) -> dict[str, str]:
    return cookies_of(email) if email else {}


def told_by(report: Path) -> list[str]:
    said = json.loads(report.read_text())
    found = {**said["vulnerabilities"], **said["anomalies"]}
    return [
        f"{kind}: {each['method']} {each['path']} {each['info']}"
        for kind, all_ in found.items()
        for each in all_
        if each["info"] not in BY_PLAIN_HTTP
    ]


def by_sqlmap(home: Path) -> Iterator[str]:
    sqlmap = shutil.which("sqlmap")
    if sqlmap is None:
        say("sqlmap is not installed: left out")
        return
    signed_in = "; ".join(f"{name}={value}" for name, value in _kept("dee@example.org").items())
    token = ["--csrf-token", "csrf_token", "--csrf-url", f"{SITE}/sign-in"]
    asked = {
        f"{SITE}/courses?q=calm&day=mon": ["-p", "q,day"],
        f"{SITE}/office/people?q=ada": ["-p", "q", "--cookie", signed_in],
        f"{SITE}/sign-in": ["-p", "email", "--data", FORM, *token],
    }
    usual = ["--batch", "--answers=continue=Y", "--level", "2", "--risk", "1", "--flush-session"]
    for address, more in asked.items():
        say(f"sqlmap on {address}")
        words = run(
            [sqlmap, "-u", address, *usual, *more, "--output-dir", str(home / "sqlmap")],
            os.environ | {"HOME": str(home)},
        )
        if "do not appear to be injectable" not in words:
            yield f"sqlmap on {address}: {words.strip().splitlines()[-1]}"


def faults(log: Path) -> list[str]:
    lines = log.read_text().splitlines()
    say(f"{len(lines):,} answers")
    return sorted({f"a fault: {line}" for line in lines if line.startswith("5")})


def run(command: Sequence[str], environ: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  # found by its name, or our own
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
