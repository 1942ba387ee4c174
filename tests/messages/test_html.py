"""A message's words as HTML: the same words, no more than links in them, and nothing from afar."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from recovery_college.messages.html import html_of
from tests.ical_examples import PIECES
from tests.markup import Markup

BODY = """\
Hello,

this is Harbour.



You have a place. Addie <b>O'Neill</b> & evil.example say so.

  Monday 3 May 2027, 10am to midday
  Monday 10 May 2027, 10am to midday

Look (https://college.example/my?a=1&b=2), and here:
http://college.example/enrolments/7.

- One
  https://college.example/x
- Two


Harbour
01632 960 123
"""
SHOWN = """\
<p>Hello,</p>
<p>this is Harbour.</p>
<p>You have a place. Addie &lt;b&gt;O&#39;Neill&lt;/b&gt; &amp; evil.example say so.</p>
<ul>
<li>Monday 3 May 2027, 10am to midday</li>
<li>Monday 10 May 2027, 10am to midday</li>
</ul>
<p>Look (<a href="https://college.example/my?a=1&amp;b=2">\
https://college.example/my?a=1&amp;b=2</a>), and here:<br>
<a href="http://college.example/enrolments/7">http://college.example/enrolments/7</a>.</p>
<ul>
<li>One<br>
<a href="https://college.example/x">https://college.example/x</a></li>
<li>Two</li>
</ul>
<p>Harbour<br>
01632 960 123</p>
"""
LINKED = ["https://a.example/?q=é", "javascript:alert(1)", "http://", "https://.", "&amp;", "- "]
pieces = st.sampled_from([*PIECES, *LINKED, "\n\n", "\n  ", "\n- "])
bodies = st.lists(pieces | st.text(max_size=5), max_size=30).map("".join)
FROM_AFAR = re.compile(r"src=|url\(|@import|<(?:script|link|img|iframe|form|style)")


class Words(HTMLParser):
    """What is read, and whatever is no paragraph, line, list or link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.read = ""
        self.odd: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_link = tag == "a" and (given.get("href") or "").startswith(("http://", "https://"))
        if not (tag in ("p", "br", "ul", "li") and not given) and not (is_link and len(given) == 1):
            self.odd.append((tag, given))

    def handle_data(self, data: str) -> None:
        self.read += data


def shown(body: str) -> str:
    return html_of(body).partition('anywhere">\n')[2].rpartition("</div>")[0]


def test_paragraphs_lines_lists_and_links_and_all_else_as_it_is_written() -> None:
    assert shown(BODY) == SHOWN


def test_it_is_a_whole_page_that_asks_for_nothing_from_afar() -> None:
    page = html_of(BODY)
    assert (Markup(page).lang, Markup(page).title) == ("en-GB", "Message")
    assert '<meta charset="utf-8">' in page
    assert FROM_AFAR.findall(page) == []


@given(bodies)
def test_it_says_the_same_as_the_text_whatever_was_typed(body: str) -> None:
    words = Words(shown(body))
    assert words.odd == []
    read, said = ("".join(each.replace("-", "").split()) for each in (words.read, body))
    assert read == said
