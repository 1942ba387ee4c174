"""Put the application together: the only file that knows everything."""

from collections.abc import Mapping

from flask import Flask

from recovery_college.config import ROOT, load_config
from recovery_college.database import db
from recovery_college.extensions import migrate


def create_app(environ: Mapping[str, str], **overrides: object) -> Flask:
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    app.config.update(load_config(environ), **overrides)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    return app
