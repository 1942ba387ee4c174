"""A message's words as a page of HTML, for programs that show mail as one.

It is made from the same text and says nothing more: no pictures, nothing from elsewhere, nothing
that tells whether it was read. Colours are the reader's own, light or dark.
"""

import re

from markupsafe import escape

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
    return PAGE.format(words="\n".join(map(_shown, paragraphs(body))))


def _shown(paragraph: Paragraph) -> str:
    if paragraph.is_list:
        items = "\n".join(f"<li>{_linked(item)}</li>" for item in paragraph.lines)
        return f"<ul>\n{items}\n</ul>"
    words = _linked("\n".join(paragraph.lines))
    return f"<p>{words}</p>"


def _linked(words: str) -> str:
    """What is between links stands at even places."""
    parts = (str(escape(part)) for part in LINK.split(words))
    linked = "".join(_link(part) if place % 2 else part for place, part in enumerate(parts))
    return linked.replace("\n", "<br>\n")


def _link(address: str) -> str:
    return f'<a href="{address}">{address}</a>'
