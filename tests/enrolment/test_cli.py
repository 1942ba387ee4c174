"""A mail server's pipe: whatever comes is filed, and only a database that is away is a failure."""

from time import monotonic

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from recovery_college.app import create_app
from recovery_college.calendars.incoming import LARGEST
from recovery_college.calendars.models import IncomingMail
from recovery_college.database import db
from recovery_college.enrolment import cli
from tests.calendars import mails
from tests.conftest import ON_SQLITE


def brought(app: Flask, raw: bytes) -> Result:
    return app.test_cli_runner().invoke(args=["messages", "receive"], input=raw)


def test_any_bytes_are_taken_and_the_pipe_is_read_to_its_end(app: Flask) -> None:
    letter = mails.a_letter()
    for raw in (letter, letter, b"", b"\x00\xff" * 99, letter + b"x" * 3 * LARGEST):
        came = brought(app, raw)
        assert (came.exit_code, came.output) == (0, "")
    kinds = db.session.scalars(select(IncomingMail.kind).order_by(IncomingMail.id))
    assert [kind.value for kind in kinds] == ["unknown"] * 4


@ON_SQLITE
def test_a_mail_that_takes_too_long_to_read_is_filed_unread(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "READ_WITHIN", 1)
    outside = (
        b"From: jo@elsewhere.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    )
    slow = outside + b'Content-Type: multipart/mixed; a="' + b";" * 900_000
    began = monotonic()
    assert brought(app, slow).exit_code == 0
    assert monotonic() - began < 5
    assert len(db.session.scalars(select(IncomingMail)).all()) == 1


@pytest.mark.parametrize(
    "address",
    ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/nothing"],
)
def test_while_the_database_is_away_the_mail_server_keeps_it(address: str) -> None:
    app = create_app({"COLLEGE_DATABASE_URL": address})
    with app.app_context():
        came = brought(app, mails.a_letter())
    assert came.exit_code == cli.TRY_AGAIN
    assert "The database does not answer" in came.output
