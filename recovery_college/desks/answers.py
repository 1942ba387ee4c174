"""Mail that came in, as the office reads it: who says what about which session, and what to do."""

from dataclasses import dataclass
from datetime import datetime

from recovery_college import formatting
from recovery_college.calendars.models import Entry, IncomingMail
from recovery_college.calendars.rules import OF_A_TUTOR, SAID, MailKind, MailState


@dataclass(frozen=True)
class Line:
    """One mail. `address` is where something can be done about it, if anywhere."""

    id: int
    heading: str
    words: str
    at: datetime
    address: str
    action: str
    waits: bool


def line_of(mail: IncomingMail) -> Line:
    address, action = _way_on(mail)
    return Line(
        id=mail.id,
        heading=_heading(mail),
        words=" ".join(filter(None, (mail.kind.label, _why(mail)))),
        at=mail.came_at,
        address=address,
        action=action,
        waits=mail.state is MailState.FOR_THE_OFFICE,
    )


def _heading(mail: IncomingMail) -> str:
    nobody = "A mail server" if mail.kind is MailKind.NOTE else "Somebody"
    who = mail.person.name if mail.person else mail.sender or nobody
    session = mail.entry.session if mail.entry else None
    if session is not None:
        return f"{who}: {session.run.course.title}, {formatting.when(session.starts_at)}"
    return f"{who}: {mail.subject}" if mail.subject else who


def _why(mail: IncomingMail) -> str:
    """Why it needs somebody, where its kind does not say so."""
    if mail.state is MailState.DONE or mail.kind not in SAID:
        return ""
    if mail.entry is None:
        return "We know no session that this is about."
    if mail.sender:
        return f"It came from another address, {mail.sender}, so nothing was changed."
    if mail.kind is MailKind.DECLINED:
        return "They had said yes, and stand there still. Ask them whether they step back."
    return "It could not be taken as it is. Ask them, or look at the session."


def _way_on(mail: IncomingMail) -> tuple[str, str]:
    if mail.message_id is not None:
        return f"/office/messages/{mail.message_id}", "Open the message"
    if mail.entry is not None and _is_tutors(mail.entry):
        return f"/office/sessions/{mail.entry.session_id}", "Open the session"
    if mail.person is not None:
        return f"/office/people/{mail.person.id}", f"Open {mail.person.name}"
    return "", ""


def _is_tutors(entry: Entry) -> bool:
    return entry.holder.startswith(OF_A_TUTOR) and entry.session_id is not None
