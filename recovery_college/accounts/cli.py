"""`flask people`: the first account of the office, and a way in when mail does not go."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.accounts import queries
from recovery_college.accounts.commands import factors, signing_in
from recovery_college.accounts.commands import people as commands
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.addresses import is_email
from recovery_college.database import why_refused


@click.group
def people() -> None:
    """Accounts, for whoever looks after the college's machine."""


@people.command
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What they may do.")
@with_appcontext
def add(email: str, name: str, role: str | None) -> None:
    """Add NAME with the address EMAIL, and give a link to sign in with."""
    if not is_email(email):
        sys.exit(f"{email} is not an e-mail address.")
    try:
        if queries.person_signing_in_at(email) or queries.people_at(email):
            sys.exit("Somebody has this address already. For a link run: flask people link EMAIL")
        person = commands.add_person(None, {"name": name.strip(), "email": email})
        if role:
            commands.give_role(None, person, Role(role))
        _say_link(person, email)
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))


@people.command
@click.argument("email")
@with_appcontext
def link(email: str) -> None:
    """Make a link that signs in whoever has the address EMAIL. It works once, for 15 minutes."""
    try:
        _say_link(_whoever_has(email), email)
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))


@people.command("reset-second-step")
@click.argument("email")
@with_appcontext
def reset_second_step(email: str) -> None:
    """For whoever has EMAIL and lost app, passkeys and codes. They set up a new second step."""
    try:
        person = _whoever_has(email)
        factors.reset_second_factor(None, person)
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    click.echo(f"{person.name} is signed out, and sets up a new second step.")


def _whoever_has(email: str) -> Person:
    known = queries.person_signing_in_at(email)
    found = [known] if known else list(queries.people_at(email))
    if not found:
        sys.exit("Nobody has this address. Add them: flask people add EMAIL NAME")
    if len(found) > 1:
        sys.exit("More than one person has this address. Send the link from their page.")
    return found[0]


def _say_link(person: Person, email: str) -> None:
    key = signing_in.make_link(None, person, email)
    click.echo(f"{person.name} signs in, once and within 15 minutes, at")
    click.echo(f"{current_app.config['BASE_URL']}/sign-in/link/{key}")
