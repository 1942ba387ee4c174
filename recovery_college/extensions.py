"""Flask's extensions, bare; `app` ties them to an application."""

from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
login = LoginManager()
login.session_protection = None  # a visit is a row of ours, and may change its network
mail = Mail()
migrate = Migrate()
