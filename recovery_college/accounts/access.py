"""Who is asking, and what they may open. The only reader of `current_user`.

Every page says with one of these who may open it, and a test compares the whole table.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app, g, request, session
from flask_login import current_user

from recovery_college import clock
from recovery_college.accounts import factors, queries
from recovery_college.accounts.models import Person, Visit
from recovery_college.accounts.rules import came_just_now
from recovery_college.errors import NotAllowed, NotFound
from recovery_college.extensions import login

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
KEY_ALONE = "with the key alone"


class SignInFirst(Exception):
    """Nobody is signed in; the way on leads through the sign-in page."""


class SignInAgain(Exception):
    """Signed in too long ago for what changes how somebody signs in."""


class ProveYourself(Exception):
    """Signed in, but a second proof is needed before this page."""


def the_visit() -> Visit:
    """The row itself, not Flask-Login's stand-in for it."""
    if not is_signed_in():
        raise SignInFirst
    return cast(Visit, current_user._get_current_object())


def the_person() -> Person:
    return the_visit().person


def is_signed_in() -> bool:
    """Asks the database only where the browser says that somebody is."""
    return "_user_id" in session and current_user.is_authenticated


def the_visitor() -> Person | None:
    """Who looks at a page that is open to anyone."""
    return None if "nobody_asked" in g else (the_person() if is_signed_in() else None)


def do_not_ask_who() -> None:
    """When the database can't be asked, a page is as for anyone."""
    g.nobody_asked = True


def open_to_anyone(view: Callable[P, R]) -> Callable[P, R]:
    """A public page: nobody needs to sign in."""
    view.__dict__["open_to"] = "anyone"
    return view


def with_key(view: Callable[P, R]) -> Callable[P, R]:
    """A page for whoever has the key that is in its address; nobody else's cache keeps it."""
    view.__dict__["open_to"] = "with the key"
    return view


def with_key_alone(view: Callable[P, R]) -> Callable[P, R]:
    """What a program asks for by the key in its address: no cookie is looked at or given, and
    the answer says itself how long it may be kept.
    """

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        do_not_ask_who()
        return view(*args, **kwargs)

    opened.__dict__["open_to"] = KEY_ALONE
    return opened


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Everybody who is signed in is a student, and finds here what is their own."""
    return _gated(view, "signed in", lambda person: True)


def just_signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """What changes how somebody signs in is for who has come in within a quarter of an hour.

    But for who has proven no address: they have no other way in than the one they stand in.
    """

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        visit = the_visit()
        proven = visit.person.sign_in is not None
        if proven and not came_just_now(visit.began_at, clock.now()):
            raise SignInAgain
        return view(*args, **kwargs)

    return signed_in(opened)


def halfway_in(view: Callable[P, R]) -> Callable[P, R]:
    """Who is signed in, though they may have to prove themself a second time yet."""
    return _gated(view, "halfway in", lambda person: True)


def tutor_only(view: Callable[P, R]) -> Callable[P, R]:
    return _gated(view, "tutor", AUDIENCES["tutor"])


def tutor_or_desk(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever teaches, and the office."""
    return _gated(view, "tutor or desk", AUDIENCES["tutor or desk"])


def desk_only(view: Callable[P, R]) -> Callable[P, R]:
    """The whole office: desk and managers."""
    return _gated(view, "desk", AUDIENCES["desk"])


def desk_or_not_there(view: Callable[P, R]) -> Callable[P, R]:
    """The whole office; to everybody else it is not there."""
    return _gated(view, "desk", AUDIENCES["desk"], NotFound)


def manager_only(view: Callable[P, R]) -> Callable[P, R]:
    return _gated(view, "manager", AUDIENCES["manager"])


AUDIENCES: dict[str, Callable[[Person], bool]] = {
    "tutor": lambda person: person.is_tutor,
    "tutor or desk": lambda person: person.is_tutor or person.is_office,
    "desk": lambda person: person.is_office,
    "manager": lambda person: person.is_manager,
}
WORDS = {
    "tutor": "You need to be signed in as a tutor to open this page.",
    "tutor or desk": "You need to be signed in as a tutor to open this page.",
    "desk": "You need to be signed in as somebody from the office to open this page.",
    "manager": "You need to be signed in as a manager of the college to open this page.",
}


def _gated(
    view: Callable[P, R],
    audience: str,
    may_open: Callable[[Person], bool],
    hidden_by: type[NotFound] | None = None,
) -> Callable[P, R]:
    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        visit = the_visit()
        if audience != "halfway in":
            _check_proven_if_able(visit)
        if not may_open(visit.person):
            log.warning("not allowed: person %s at %s", visit.person_id, request.endpoint)
            raise hidden_by() if hidden_by else NotAllowed(WORDS[audience])
        if audience in ("desk", "manager") and must_prove(visit):
            raise ProveYourself
        return view(*args, **kwargs)

    opened.__dict__["open_to"] = audience
    return opened


def takes_up_to(size: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A page to which those for whom it is may send more than others take, in bytes."""

    def marked(view: Callable[P, R]) -> Callable[P, R]:
        view.__dict__["takes"] = size
        return view

    return marked


def allow_larger() -> None:
    """Before anything of the request is read: nobody else may fill the disk."""
    view = current_app.view_functions.get(request.endpoint or "")
    size = None if view is None else view.__dict__.get("takes")
    if view is None or size is None or not is_signed_in():
        return
    if AUDIENCES[view.__dict__["open_to"]](the_person()):
        request.max_content_length = size


def must_prove(visit: Visit) -> bool:
    """Who has a second factor uses it; in production everybody of the office has one."""
    if visit.second_factor_at is not None:
        return False
    environment = str(current_app.config["ENVIRONMENT"])
    return visit.has_factor or factors.must_have_factor(visit.person.roles, environment)


def _check_proven_if_able(visit: Visit) -> None:
    """A password alone opens nothing of whoever has chosen to have more."""
    if visit.has_factor and visit.second_factor_at is None:
        raise ProveYourself


def keep_private(response: Response) -> Response:
    """What somebody sees when signed in stays in nobody's cache, nor does any private page."""
    view = current_app.view_functions.get(request.endpoint or "")
    audience = view.__dict__.get("open_to") if view else "anyone"
    if audience == KEY_ALONE:
        response.headers.setdefault("Cache-Control", "no-store")
    elif audience != "anyone" or "_user_id" in session:
        response.headers["Cache-Control"] = "no-store"
    return response


@login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
def _load_visit(key: str) -> Visit | None:
    return queries.visit_of(key, clock.now())
