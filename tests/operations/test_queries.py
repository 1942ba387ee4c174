"""Does the database answer?"""

import pytest

from recovery_college.app import create_app
from recovery_college.operations.queries import database_answers


@pytest.mark.usefixtures("app")
def test_a_database_that_is_there_answers() -> None:
    assert database_answers() is True


def test_one_that_is_not_there_does_not() -> None:
    app = create_app({"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"})
    with app.app_context():
        assert database_answers() is False
