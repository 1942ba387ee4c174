"""What was refused for a reason of security stands in the log, by ids and never by words."""

import logging

import pytest

from recovery_college.accounts.rules import Role
from tests.conftest import ON_SQLITE, Browse
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")
FROM_ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}


@ON_SQLITE
def test_who_fails_to_come_in_or_goes_where_they_may_not_is_in_the_log(
    browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    ada = make_person("Ada Osei", Role.TUTOR, email="ada@example.org")
    for email in ("ada@example.org", "bo@example.org"):
        browse().post("/sign-in", data={"email": email, "password": "a wrong guess"})
    halfway = browse(ada, proven=False)
    halfway.post("/sign-in/second/paper", data={"paper_code": "k7mnp-x2wqr"})
    browse(ada).get("/office/people")
    browse().post("/join", csrf=False, data={"name": "Bo Lind"}, headers=FROM_ELSEWHERE)
    browse().post("/sign-in/link/nothing")
    assert caplog.messages == [
        f"wrong password for person {ada.id}",
        "wrong password for nobody here",
        f"wrong code for person {ada.id}",
        f"not allowed: person {ada.id} at desks.people_list",
        "a form from elsewhere was refused at accounts.join",
        "a sign-in link opens nothing: unknown",
    ]
