"""Put the application together: the only file that knows everything."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy

from recovery_college import formatting
from recovery_college.accounts.access import (
    ProveYourself,
    SignInAgain,
    SignInFirst,
    allow_larger,
    do_not_ask_who,
    keep_private,
    the_visitor,
)
from recovery_college.accounts.cli import people
from recovery_college.accounts.organisation import ORGANISATION
from recovery_college.accounts.rules import LONGEST_VISIT
from recovery_college.accounts.views import bp as accounts
from recovery_college.accounts.views.unsent import led_through, signed_in_again, too_old
from recovery_college.attendance.no_signal import bp as no_signal
from recovery_college.attendance.views import bp as attendance
from recovery_college.calendars.views import bp as calendars
from recovery_college.college.queries import college_on_pages, do_not_read_the_college
from recovery_college.config import ROOT, load_config
from recovery_college.courses.wording import as_html
from recovery_college.database import db, finish_reading
from recovery_college.desks.views import bp as desks
from recovery_college.enrolment.cli import receive
from recovery_college.extensions import Migrations, csrf, login, mail
from recovery_college.intake.cli import import_workbook
from recovery_college.intake.views import bp as intake
from recovery_college.messages.jobs import Job, Jobs
from recovery_college.operations.backup.cli import backup, drill, restore
from recovery_college.operations.cli import check, demo, reseal
from recovery_college.operations.delivering import messages
from recovery_college.operations.views import bp as operations
from recovery_college.operations.worker import JOBS, worker
from recovery_college.pages import (
    DATABASE_AWAY,
    SlugConverter,
    answer_problems,
    ask_again,
    behind_proxies,
    keep_keys_out_of_logs,
    refer_to,
    static_addresses,
    static_files,
    version_of,
    with_headers,
)
from recovery_college.privacy.cli import retention
from recovery_college.privacy.commands.copying import COPY, make_copies
from recovery_college.privacy.commands.retaining import keep_no_longer
from recovery_college.privacy.views import bp as privacy
from recovery_college.prospectus.views import bp as prospectus
from recovery_college.reports.views import bp as reports
from recovery_college.watching.counts import COUNTS, Counts, folder_of
from recovery_college.watching.requests import note_route, watched

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STATIC = ROOT / "static"
PATIENCE = 10  # seconds for another organisation to answer
FIXED = {
    "MAX_CONTENT_LENGTH": 1_000_000,
    "PERMANENT_SESSION_LIFETIME": LONGEST_VISIT,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # logs hold ids, never values
    "WTF_CSRF_TIME_LIMIT": None,  # as long as the visit: nobody loses what they type slowly
}
PRIVACY = (
    Job(COPY, make_copies, {"minute": "*/10"}),
    Job("retention", keep_no_longer, {"minute": "10", "hour": "3"}),
)
FILTERS = {
    "brief_day": formatting.brief_day,
    "capital": formatting.capital,
    "clock": formatting.time,
    "count": formatting.count,
    "day": formatting.day,
    "lines": formatting.lines,
    "markdown": as_html,
    "short_day": formatting.short_day,
    "when": formatting.when,
}


class Site(Flask):
    """Flask with the static files before it, and a log that holds no person's words."""

    def __init__(self) -> None:
        super().__init__(
            "recovery_college",
            template_folder=str(ROOT / "templates"),
            static_folder=None,
            instance_path=str(ROOT / "instance"),
        )
        self.files = static_files(super().wsgi_app, STATIC, fresh=self.debug)

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        https = self.config["ENVIRONMENT"] == "production"
        answer = watched(
            with_headers(self.files, https=https),
            logs=self.config["JSON_LOGS"],
            counts=self.extensions.get(COUNTS),
        )
        return behind_proxies(answer, self.config["TRUSTED_PROXIES"])(environ, start_response)

    def log_exception(self, exc_info: Any) -> None:
        """That the database is away is no fault, wherever it is noticed."""
        if isinstance(exc_info[1], DATABASE_AWAY):
            return
        g.reference = refer_to(exc_info[1], request.endpoint)


def create_app(environ: Mapping[str, str], **overrides: object) -> Flask:
    keep_keys_out_of_logs()
    app = Site()
    app.config.update(FIXED, VERSION=version_of(ROOT), **load_config(environ) | overrides)
    app.url_map.converters["slug"] = SlugConverter
    db.init_app(app)
    app.teardown_appcontext(finish_reading)
    Migrations(app, db, str(ROOT / "migrations"))
    login.init_app(app, add_context_processor=False)  # it would ask the database on error pages
    mail.init_app(app)
    _sign_on_with_organisation(app)
    app.extensions["jobs"] = Jobs(app, (*JOBS, *PRIVACY))
    app.after_request(ask_again)
    app.after_request(keep_private)
    app.url_map.merge_slashes = False  # a redirect would go where the Host header says
    answer_problems(app, without_database=_do_without_the_database)
    app.register_error_handler(SignInFirst, led_through)
    app.register_error_handler(ProveYourself, led_through)
    app.register_error_handler(SignInAgain, signed_in_again)
    app.register_error_handler(CSRFError, too_old)
    _prepare_templates(app)
    if app.config["METRICS_TOKEN"]:
        app.extensions[COUNTS] = Counts(folder_of(app.config["SQLALCHEMY_DATABASE_URI"]))
    app.before_request(note_route)
    app.before_request(allow_larger)  # before a form's token is read, and with it all that was sent
    csrf.init_app(app)  # after the templates' options, which it would freeze
    for blueprint in (
        *(prospectus, accounts, calendars, attendance, no_signal),
        *(desks, reports, intake, privacy, operations),
    ):
        app.register_blueprint(blueprint)
    for command in (
        *(backup, check, demo, drill, import_workbook),
        *(messages, people, reseal, restore, retention, worker),
    ):
        app.cli.add_command(command)
    messages.add_command(receive)
    return app


def _sign_on_with_organisation(app: Flask) -> None:
    """Authlib keeps what it has learnt of it, so each application has a client of its own."""
    if not app.config["OIDC_ISSUER"]:
        return
    from authlib.integrations.flask_client import OAuth

    app.extensions[ORGANISATION] = OAuth(app).register(
        ORGANISATION,
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{app.config['OIDC_ISSUER']}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )


def _do_without_the_database() -> None:
    do_not_read_the_college()
    do_not_ask_who()


def _prepare_templates(app: Flask) -> None:
    app.jinja_options = {
        "autoescape": _is_markup,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": StrictUndefined,
    }
    app.jinja_env.filters.update(FILTERS)
    app.add_template_global(static_addresses(STATIC).__getitem__, "static_url")
    app.context_processor(
        lambda: {"college": LocalProxy(college_on_pages), "visitor": LocalProxy(the_visitor)}
    )


def _is_markup(template: str | None) -> bool:
    """All but plain text, whose readers would see the escapes."""
    return not (template or "").endswith(".txt")
