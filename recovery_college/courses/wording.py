"""The college's longer texts: written in Markdown, shown as HTML that is safe on any page."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"}
TAGS |= {"strong", "ul"}
SCHEMES = {"http", "https", "mailto", "tel"}
SHIFT = 2  # a text's own headings stand below the page's h1 and the h2 above the text
MARKDOWN = MarkdownIt("js-default")


@lru_cache(maxsize=256)
def as_html(text: str) -> Markup:
    """HTML written in the text is shown as the letters it is; pictures are left out."""
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + SHIFT, 6)}"
    made = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return Markup(nh3.clean(made, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES))
