"""Flask's extensions, bare; `app` ties them to an application."""

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from flask_login import LoginManager
from flask_mail import Mail
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
login = LoginManager()
login.session_protection = None  # a visit is a row of ours, and may change its network
mail = Mail()


class Migrations:
    """Stands where Flask-Migrate looks for its settings, and brings it, and Alembic, when it does.

    So whoever migrates has them, and a web process does not.
    """

    def __init__(self, app: Flask, db: SQLAlchemy, directory: str) -> None:
        self._brought_for, self._db, self._directory = app, db, directory
        app.extensions["migrate"] = self
        app.cli = Commands(self, app.name)

    def __getattr__(self, name: str) -> Any:
        self.bring()
        return getattr(self._brought_for.extensions["migrate"], name)

    def bring(self) -> None:
        from flask_migrate import Migrate

        if self._brought_for.extensions["migrate"] is self:
            Migrate(self._brought_for, self._db, self._directory)


class Commands(AppGroup):
    """What `flask` can be asked for: all that is registered, and Flask-Migrate's `db`."""

    def __init__(self, migrations: Migrations, name: str) -> None:
        super().__init__(name)
        self._migrations = migrations

    def list_commands(self, context: click.Context) -> list[str]:
        self._migrations.bring()
        return super().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        self._migrations.bring()
        return super().get_command(context, name)
