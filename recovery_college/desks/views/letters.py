"""Letters as PDF, one or all that wait. Looking at them is not posting them."""

from collections.abc import Sequence

from flask import Response, current_app, request

from recovery_college import audit, clock
from recovery_college.accounts.access import desk_only, the_person
from recovery_college.accounts.queries import hidden_from
from recovery_college.college.queries import the_college
from recovery_college.desks.letters import MOST, Print, letters_of, typeset
from recovery_college.desks.views.desk import bp
from recovery_college.enrolment import office
from recovery_college.errors import NotFound
from recovery_college.messages import queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.prospectus.paper import alone_at_the_press, pressed
from recovery_college.prospectus.queries import finish_reading


@bp.get("/office/contacts/letters.pdf")
@desk_only
def letters_pdf() -> Response:
    found = queries.letters_to_print(hidden_from(the_person()), clock.now(), most=MOST)
    if not found:
        raise NotFound
    return _printed(found, "letters.pdf")


@bp.get("/office/contacts/<int:contact_id>/letter.pdf")
@desk_only
def letter_pdf(contact_id: int) -> Response:
    return _printed([queries.letter_at(contact_id, hidden_from(the_person()))], "letter.pdf")


def _printed(messages: Sequence[OutboxMessage], filename: str) -> Response:
    """The file's name tells nothing of whom it is to, and the connection is free meanwhile."""
    people = office.people_of({each.person_id for each in messages if each.person_id})
    website = str(current_app.config["BASE_URL"])
    size = Print.read(request.args.get("size", ""))
    html = typeset(letters_of(messages, people), the_college(), website, size)
    audit.looked(the_person(), *people.values())
    finish_reading()
    with alone_at_the_press():
        pdf = pressed(html, website)
    headers = {"Content-Disposition": f"inline; filename={filename}"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
