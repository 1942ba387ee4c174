"""The device that somebody uses, as far as its browser says: in a few words, for their own list."""

from secrets import token_urlsafe

from flask import request, session

from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.keys import our_secret

BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "SamsungBrowser": "Samsung Internet",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "a Mac",
    "CrOS": "a Chromebook",
    "Linux": "Linux",
}


def asking(*, own_device: bool = False) -> Asking:
    """Who asks, as the request tells."""
    return Asking(
        device=in_words(request.user_agent.string),
        device_key=str(session.get("device", "")),
        network=request.remote_addr or "",
        secret=our_secret(),
        own_device=own_device,
    )


def remember_device() -> None:
    """Give the device a key of its own, to know it by when the link comes back."""
    session.setdefault("device", token_urlsafe(16))


def in_words(user_agent: str) -> str:
    """As in: Firefox on Android."""
    browser = _first(BROWSERS, user_agent) or "A browser"
    system = _first(SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(names: dict[str, str], user_agent: str) -> str:
    """The order tells: many browsers name each other, and Android is a Linux."""
    return next((words for sign, words in names.items() if sign in user_agent), "")
