"""A tutor answers what they are asked for: signed in, or by the key in the letter."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recovery_college import clock
from recovery_college.accounts.access import the_person, tutor_only, with_key
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.desks.requests import Press, by_run, in_words, read_press, to_you
from recovery_college.desks.views.desk import bp
from recovery_college.errors import NotFound, Refusal
from recovery_college.forms import CollegeForm
from recovery_college.keys import our_secret
from recovery_college.scheduling import pairing
from recovery_college.scheduling.answering import read_answer_key
from recovery_college.scheduling.commands import asking
from recovery_college.scheduling.models import Delivery
from recovery_college.scheduling.proposals import proposed_to
from recovery_college.scheduling.rules.asking import NotInTime

VERBS: dict[str, Callable[[Person, Delivery], None]] = {
    "accept": lambda person, delivery: asking.accept(person, delivery, the_college()),
    "anyway": asking.accept_anyway,
    "decline": asking.decline,
    "back": asking.step_back,
}


@bp.route("/tutor/requests", methods=["GET", "POST"])
@tutor_only
def requests() -> ResponseReturnValue:
    person = the_person()
    return _answer(person, pairing.requests_to(person, clock.now()), "/tutor/requests", None)


@bp.post("/tutor/sessions/<int:session_id>/step-back")
@tutor_only
def step_back(session_id: int) -> ResponseReturnValue:
    person = the_person()
    asking.step_back(person, pairing.own_promise(person, session_id))
    flash("Thank you for telling us. You need not do anything else.")
    return redirect("/tutor")


@bp.route("/tutor/answer/<key>", methods=["GET", "POST"])
@with_key
def answer(key: str) -> ResponseReturnValue:
    """Opening it changes nothing, for mail scanners open links too: pressing does."""
    tutor_id, run_id = read_answer_key(our_secret(), key)
    tutor = pairing.tutor(tutor_id)
    if not tutor.person.is_tutor:
        raise NotFound
    shown = pairing.requests_of_run(tutor_id, run_id, clock.now())
    return _answer(tutor.person, shown, f"/tutor/answer/{key}", run_id)


def _answer(
    person: Person, shown: Sequence[Delivery], address: str, run_id: int | None
) -> ResponseReturnValue:
    form = CollegeForm()
    against: dict[int, str] = {}
    if form.validate_on_submit():
        known = pairing.ever_asked(person, run_id)
        press = read_press(request.form.get("answer", ""), known)
        against = _carry_out(person, press)
        if not against:
            return redirect(address)
    page = render_template(
        "desks/requests.html",
        asked=by_run(shown),
        times=proposed_to(person, clock.now()) if run_id is None else [],
        form=form,
        against=against,
        address=address,
    )
    return page, 409 if against else 200


def _carry_out(person: Person, press: Press) -> dict[int, str]:
    """Gives what speaks against each that could not be said yes to just so."""
    against: dict[int, str] = {}
    refused: list[Refusal] = []
    for delivery in press.deliveries:
        try:
            VERBS[press.verb](person, delivery)
        except NotInTime as reason:
            against[delivery.id] = to_you(reason.message)
        except Refusal as refusal:
            refused.append(refusal)
    words = in_words(refused, len(press.deliveries) - len(refused) - len(against), press.verb)
    if words:
        flash(words)
    return against
