"""Who may open what. Every page says so with one of these, and a test compares the whole table."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def open_to_anyone(view: Callable[P, R]) -> Callable[P, R]:
    """A public page: nobody needs to sign in."""
    view.__dict__["open_to"] = "anyone"
    return view
