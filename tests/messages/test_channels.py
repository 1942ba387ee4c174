"""Letters on their way, whom they can go to, and what a mail server's no means."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from recovery_college.app import create_app
from recovery_college.messages import smtp
from recovery_college.messages.channels import NotSent, send_email, trouble_of
from recovery_college.messages.letters import letter
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import DELIVERY_TAKES, LEASE, SMTP_WAITS, Trouble
from recovery_college.messages.smtp import Post
from tests.post_office import Fault, PostOffice, post_office

NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
SENDER = "Harbour <college@example.org>"


def sends_to(office: PostOffice, **settings: str) -> Flask:
    server = {"SERVER": "127.0.0.1", "PORT": str(office.port), "SENDER": SENDER} | settings
    return create_app(
        {f"COLLEGE_MAIL_{name}": value for name, value in server.items()}
        | {"COLLEGE_BASE_URL": "https://college.example.org"}
    )


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as there:
        yield there


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a mail server that nobody vouches for, with its key, for one day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def message(subject: str = "Harbour", address: str = "a@example.org") -> OutboxMessage:
    return OutboxMessage(id=7, subject=subject, address=address, body="Hello Zoë\n", queued_at=NOON)


def trouble_with(app: Flask, sent: OutboxMessage) -> Trouble | None:
    with app.app_context():
        try:
            with Post(app.extensions["mail"]) as post:
                send_email(sent, post)
        except NotSent as fault:
            return fault.trouble
    return None


def test_letters_of_one_round_go_by_one_connection_until_the_server_hangs_up(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, visits = sends_to(office), count()
    office.faults = ((None, visit) for visit in visits)
    monkeypatch.setattr(smtp, "LETTERS", 3)
    with app.app_context(), Post(app.extensions["mail"]) as post:
        for number in range(7):
            send_email(message(), post)
            if number == 1:
                office.hang_up()
        written = letter(message()).as_bytes()
    assert (office.letters, next(visits)) == ([written] * 7, 3)


def test_an_address_of_another_script_is_reached_by_its_name_in_ascii(office: PostOffice) -> None:
    assert trouble_with(sends_to(office), message(address="a@bücher.example")) is None
    assert office.recipients == ["a@xn--bcher-kva.example"]


@pytest.mark.parametrize("address", ["zoë@example.org", "", "nobody", "a@", "a b@example.org"])
def test_an_address_that_no_mail_can_go_to_is_no_reason_to_try_again(
    office: PostOffice, address: str
) -> None:
    assert trouble_with(sends_to(office), message(address=address)) is Trouble.UNWRITABLE


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"")}), Trouble.ADDRESS_REFUSED),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"")}), Trouble.BUSY),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"")}), Trouble.AWAY),
        (smtplib.SMTPDataError(554, b""), Trouble.REFUSED),
        (smtplib.SMTPDataError(452, b""), Trouble.BUSY),
        (smtplib.SMTPDataError(421, b""), Trouble.AWAY),
        (smtplib.SMTPDataError(-1, b""), Trouble.BUSY),
        (smtplib.SMTPDataError(999, b""), Trouble.BUSY),
        (smtplib.SMTPSenderRefused(550, b"", "a"), Trouble.NOT_LET_IN),
        (smtplib.SMTPSenderRefused(452, b"", "a"), Trouble.BUSY),
        (smtplib.SMTPAuthenticationError(535, b""), Trouble.NOT_LET_IN),
        (smtplib.SMTPNotSupportedError("STARTTLS"), Trouble.NOT_LET_IN),
        (smtplib.SMTPConnectError(554, b""), Trouble.AWAY),
        (smtplib.SMTPServerDisconnected(""), Trouble.AWAY),
        (ConnectionRefusedError(), Trouble.AWAY),
        (TimeoutError(), Trouble.AWAY),
    ],
)
def test_a_no_is_to_the_message_its_address_or_to_us(fault: OSError, trouble: Trouble) -> None:
    assert trouble_of(fault) is trouble


def test_all_answers_together_are_not_waited_for_longer_than_a_delivery_may_take(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.slow["a@example.org"] = office.hangs_for = 0.4
    monkeypatch.setattr(smtp, "SMTP_WAITS", timedelta(seconds=0.6))
    assert trouble_with(sends_to(office), message()) is None
    monkeypatch.setattr(smtp, "DELIVERY_TAKES", timedelta(seconds=0.6))
    assert trouble_with(sends_to(office), message()) is Trouble.AWAY


@pytest.mark.parametrize(("fault", "takes"), [(Fault.DRIBBLES, 0.3), (Fault.NEVER_ENDS, 60)])
def test_an_answer_that_never_comes_to_an_end_is_not_listened_to_for_ever(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, fault: Fault, takes: float
) -> None:
    """The first is stopped by the time that it takes, the second by how much it says."""
    office.faults = iter([(fault, 0)])
    monkeypatch.setattr(smtp, "DELIVERY_TAKES", timedelta(seconds=takes))
    assert trouble_with(sends_to(office), message()) is Trouble.AWAY


def test_nobody_else_takes_a_message_up_while_it_may_still_be_on_its_way() -> None:
    assert DELIVERY_TAKES + SMTP_WAITS < LEASE


def test_only_a_server_that_somebody_vouches_for_is_given_mail_over_tls(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with post_office(tls_context=context, require_starttls=True) as office:
        app = sends_to(office, USE_TLS="yes")
        assert trouble_with(app, message()) is Trouble.NOT_LET_IN
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert trouble_with(app, message()) is None
    assert len(office.letters) == 1


def test_a_wrong_password_is_ours_to_mend_and_no_fault_of_the_message() -> None:
    def checks(*given: Any) -> AuthResult:
        return AuthResult(success=given[-1].password == b"right", handled=False)

    with post_office(authenticator=checks, auth_require_tls=False) as office:
        wrong, right = (
            sends_to(office, USERNAME="college", PASSWORD=word) for word in ("wrong", "right")
        )
        assert trouble_with(wrong, message()) is Trouble.NOT_LET_IN
        assert trouble_with(right, message()) is None
    assert len(office.letters) == 1
