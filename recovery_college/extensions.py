"""Flask's extensions, bare; `app` ties them to an application."""

from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
login = LoginManager()
mail = Mail()
migrate = Migrate()
