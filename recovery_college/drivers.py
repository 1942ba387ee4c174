"""huey without PostgreSQL's driver, which is ten megabytes that SQLite has no use for.

huey imports it wherever it is installed; so whoever imports huey imports this before it.
"""

import sys
from importlib import import_module
from typing import Any

DRIVER = "psycopg"
LOADED: dict[str, Any] = sys.modules


def _without_driver(name: str) -> Any:
    if DRIVER in LOADED:
        return import_module(name)
    LOADED[DRIVER] = None  # which is Python's "not there"
    try:
        return import_module(name)
    finally:
        del LOADED[DRIVER]


storage = _without_driver("huey.storage")


def with_driver() -> None:
    """Before a queue on PostgreSQL is made."""
    storage.psycopg = import_module(DRIVER)
