"""A message's words as a page of HTML, for programs that show mail as one.

It is made from the same text and says nothing more: no pictures, nothing from elsewhere, nothing
that tells whether it was read. Colours are the reader's own, light or dark.
"""

import re

from markupsafe import Markup, escape

from recovery_college.formatting import Paragraph, paragraphs

# An address that is written out. A name with a dot in it, which anybody may have typed, is none.
LINK = re.compile(r"""(https?://[^\s<>"'\\]*[^\s<>"'\\.,;:!?()\[\]…])""")
PAGE = """\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Message</title>
</head>
<body>
<div style="max-width: 36em; margin: 0 auto; padding: 16px; font: 18px/1.5 system-ui, \
-apple-system, 'Segoe UI', Roboto, Arial, sans-serif; overflow-wrap: anywhere">
{words}
</div>
</body>
</html>
"""


def html_of(body: str) -> str:
    """Paragraphs, lines, lists and links; all else is shown as the letters it is."""
    return PAGE.format(words=marked_up(body))


def marked_up(body: str) -> Markup:
    """What stands on that page."""
    return Markup("\n").join(map(_shown, paragraphs(body)))


def _shown(paragraph: Paragraph) -> Markup:
    if paragraph.is_list:
        items = (Markup("<li>{}</li>").format(_linked(item)) for item in paragraph.lines)
        return Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(items))
    return Markup("<p>{}</p>").format(_linked("\n".join(paragraph.lines)))


def _linked(words: str) -> Markup:
    """What is between links stands at even places."""
    parts = (escape(part) for part in LINK.split(words))
    linked = (_link(part) if place % 2 else part for place, part in enumerate(parts))
    return Markup("").join(linked).replace("\n", Markup("<br>\n"))


def _link(address: Markup) -> Markup:
    return Markup('<a href="{0}">{0}</a>').format(address)
