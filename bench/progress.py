"""What is being done, on one line of a terminal, or on a line each where nobody looks on."""

import sys

WIDTH = 78


def say(doing: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r" + doing.ljust(WIDTH))
    else:
        sys.stderr.write(doing + "\n")
    sys.stderr.flush()


def finish() -> None:
    """The line is free for what was found."""
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * WIDTH + "\r")
