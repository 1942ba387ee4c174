"""A server that goes without a guard, so that a test can see what would become of it."""

import os

from recovery_college.app import create_app
from tests.breaking import break_what_was_asked

break_what_was_asked()
app = create_app(os.environ)
