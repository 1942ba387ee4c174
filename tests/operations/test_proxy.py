"""The proxy as it is shipped, before a college that does not answer."""

import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bench.server import free_port, wait_for
from tests.grown_up import Piece, kept_up, proxy
from tests.operations.waiting import wait_until

KEY = "8nXk2wQ9r4T7v1Zs"
OPENED_BY_KEY = ("calendar/{}.ics", "offers/{}?answer=no", "sign-in/link/{}", "/feedback/{}")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = proxy(tmp_path, port, [str(free_port()), str(free_port())])
    with kept_up([Piece(command)]):
        wait_for(port)
        yield f"https://localhost:{port}"


def test_while_the_web_is_away_it_says_so_and_when_to_come_again(site: str, tmp_path: Path) -> None:
    certificate = f"{tmp_path}/certificate.pem"
    for ask in (requests.get, requests.post):
        answer = ask(f"{site}/courses", verify=certificate, timeout=10)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "<h1>We can't do that right now</h1>" in answer.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer.headers["Server"] == "nginx"


def test_its_logs_hold_no_key_no_query_and_nobodys_address(site: str, tmp_path: Path) -> None:
    certificate = f"{tmp_path}/certificate.pem"
    for address in OPENED_BY_KEY:
        requests.get(f"{site}/{address.format(KEY)}", verify=certificate, timeout=10)
    requests.get(f"{site}/courses?q=anxiety", verify=certificate, timeout=10)
    last = '"path":"/courses","status":503'
    wait_until(lambda: last in (tmp_path / "access.log").read_text())
    logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    opened = [address.split("{")[0] for address in OPENED_BY_KEY]
    assert all(f'"path":"/{beginning}..."' in logs for beginning in opened)
    for secret in (KEY, KEY[:8], "anxiety", "answer=no", '"127.0.0.1"'):
        assert secret not in logs


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_it_answers_to_the_college_s_name_only_and_in_no_old_tongue(
    site: str, tmp_path: Path
) -> None:
    port = int(site.rsplit(":", 1)[1])
    newest = {ssl.TLSVersion.TLSv1_3: True, ssl.TLSVersion.TLSv1_2: True}
    oldest = {ssl.TLSVersion.TLSv1_1: False}
    for version, spoken in (newest | oldest).items():
        assert speaks(port, "localhost", version, tmp_path) is spoken
    assert not speaks(port, "college.example", ssl.TLSVersion.TLSv1_3, tmp_path)


def test_plain_http_leads_to_the_name_that_is_ours(site: str, tmp_path: Path) -> None:
    written = (tmp_path / "college.conf").read_text()
    plain = re.findall(r"listen 127.0.0.1:(\d+);", written)[0]
    asked = f"http://127.0.0.1:{plain}/courses?page=2"
    answer = requests.get(asked, headers={"Host": "localhost"}, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "https://localhost/courses?page=2",
    )
    with pytest.raises(requests.ConnectionError):
        requests.get(asked, headers={"Host": "evil.example"}, allow_redirects=False, timeout=10)


def speaks(port: int, name: str, version: ssl.TLSVersion, home: Path) -> bool:
    visitor = ssl.create_default_context(cafile=f"{home}/certificate.pem")
    visitor.check_hostname = False  # whether it answers at all, and not for whom
    visitor.minimum_version = visitor.maximum_version = version
    visitor.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        try:
            visitor.wrap_socket(line, server_hostname=name).close()
        except (ssl.SSLError, ConnectionError):
            return False
    return True
