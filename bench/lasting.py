"""Whether a worker that has answered for long holds more than one that has just begun."""

from bench.load import load
from bench.pages import COURSES, SEARCH, SIGNED_IN, Written
from bench.server import Server


def growth(server: Server, college: Written, requests: int) -> float:
    """Memory of the largest worker after so many requests, as a multiple of what it was before.

    Before that it has been asked for everything often enough to have all that it keeps.
    """
    before = server.memory()
    pages = [(COURSES, ""), (SEARCH, ""), (college.course, ""), (college.feed, "")]
    pages += [(page, college.cookie) for page in SIGNED_IN[:-1]]
    for page, cookie in pages:
        load(server, page, requests // len(pages), headers={"Cookie": cookie})
    return server.memory() / before
