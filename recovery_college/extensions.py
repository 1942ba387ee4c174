"""Flask's extensions, bare; `app` ties them to an application."""

from flask_migrate import Migrate

migrate = Migrate()
