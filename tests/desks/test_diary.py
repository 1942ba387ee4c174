"""All dates of one place as a file."""

import pytest
import time_machine

from recovery_college.calendars.queries import all_standing
from recovery_college.enrolment.commands.inviting import keep_up
from tests.conftest import Browse
from tests.enrolment.asking import ask
from tests.factories import NOW, make_course, make_person, make_run
from tests.ical_judge import faults

pytestmark = pytest.mark.usefixtures("app")


@time_machine.travel(NOW, tick=False)
def test_it_has_the_entries_of_the_calendar_and_a_name_that_says_nothing(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    place = ask(ada, make_run(make_course("Living with voices"), sessions=3))
    address = f"/enrolments/{place.id}/dates.ics"
    early = browse(ada).get(address)
    assert (early.status_code, "Try again in a minute" in early.text) == (409, True)
    keep_up()
    uids = [each.uid for each in all_standing(place.thread)]
    file = browse(ada).get(address)
    assert faults(file.data, "PUBLISH") == []
    said = file.text.replace("\r\n ", "")
    assert [line[4:] for line in said.split("\r\n") if line.startswith("UID:")] == uids
    assert (len(uids), said.count("SUMMARY:Harbour\r\n"), said.count("voices")) == (3, 3, 3)
    assert file.headers["Content-Disposition"] == "attachment; filename=dates.ics"
    assert browse(make_person("Bo Lind")).get(address).status_code == 404
    browse(ada).post(f"/enrolments/{place.id}/withdraw")
    assert browse(ada).get(address).status_code == 404
