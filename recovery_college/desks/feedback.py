"""The college's own questions on paper, to be handed out in the room."""

from collections.abc import Sequence

from flask import render_template

from recovery_college.attendance.rules.feedback import FEWEST, OwnQuestion, Said
from recovery_college.college.rules import College
from recovery_college.courses.rules import slug_of
from recovery_college.desks.letters import Print
from recovery_college.scheduling.models import Run


def typeset(
    run: Run, questions: Sequence[OwnQuestion], college: College, website: str, size: Print
) -> str:
    """The words on the page, for the press. It names no course, for people take it home; by the
    run's number the office knows where it belongs.
    """
    return render_template(
        "feedback/paper.html",
        run=run,
        questions=questions,
        ways=list(Said),
        fewest=FEWEST,
        college=college,
        website=website,
        size=size,
    )


def filename(college: College) -> str:
    return f"form-{slug_of(college.short_name)}.pdf"
