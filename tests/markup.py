"""What a page says of itself, read from its HTML."""

import re
from html import unescape
from html.parser import HTMLParser

LINKS = {"a": "href", "link": "href", "img": "src", "form": "action"}


class Markup(HTMLParser):
    """The language, title, headings, landmarks and links of one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang = ""
        self.mains = 0
        self.links: list[str] = []
        self.words: dict[str, list[str]] = {"title": [], "h1": []}
        self._inside = ""
        self.feed(page)

    @property
    def title(self) -> str:
        return _joined(self.words["title"])

    @property
    def heading(self) -> str:
        return _joined(self.words["h1"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag in self.words:
            self._inside = tag
            self.words[tag].append("\n")
        self.mains += tag == "main"
        self.links.append(given.get(LINKS.get(tag, "")) or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words[self._inside].append(data)


def _joined(words: list[str]) -> str:
    return " ".join("".join(words).split())


def seen(page: str) -> str:
    """What an editor's form had shown, as it sends it back."""
    return page.split('name="seen" type="hidden" value="')[1].split('"')[0].replace("&#34;", '"')


def words_of(page: str) -> str:
    """What stands on a page, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())
