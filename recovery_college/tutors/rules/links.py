"""Where the college may read a calendar from: the open internet, and nowhere inside a house."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from recovery_college.errors import Refusal

LONGEST_LINK = 2_000  # characters
LARGEST = 2_000_000  # bytes of a calendar, sent and unpacked
ALSO_HTTPS = ("webcal", "webcals")  # what calendars call the same
TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 addresses, as a network without IPv4 writes them


class NoLink(Refusal):
    """What was typed is no link to a calendar."""

    def __init__(self) -> None:
        super().__init__(
            "This is not a link to a calendar. It begins with https:// and you find it where "
            "your calendar lets you share it, or publish it.",
            field="link",
        )


def tidy_link(typed: str) -> str:
    """The link as it is asked for. Raises `NoLink`."""
    scheme, colon, rest = typed.strip().partition(":")
    link = f"https:{rest}" if scheme.lower() in ALSO_HTTPS else f"{scheme}{colon}{rest}"
    if len(link) > LONGEST_LINK or not is_web_link(link):
        raise NoLink
    return link


def is_web_link(link: str) -> bool:
    """http or https, with the name of a host, and nobody's password in it."""
    try:
        parts = urlsplit(link)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None
    return parts.scheme in ("http", "https") and named and plain and link.isprintable()


def host_of(link: str) -> str:
    """All of a link that is ever shown again."""
    return urlsplit(link).hostname or ""


def may_connect(address: str) -> bool:
    """Whether an address, as a name was resolved to it, is on the open internet."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv6Address):
        return _is_open_6(read)
    return _is_open(read)


def _is_open_6(address: IPv6Address) -> bool:
    """None that stands for an IPv4 address in disguise, but where that is open itself."""
    if address in TRANSLATED:
        return _is_open(IPv4Address(int(address) & 0xFFFFFFFF))
    disguised = address.ipv4_mapped or address.sixtofour or address.teredo
    return not disguised and address.scope_id is None and _is_open(address)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    closed = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not closed
