"""The college's longer texts are safe on any page, whatever somebody typed or pasted."""

import pytest

from recovery_college.courses.wording import as_html


def test_plain_markdown_becomes_plain_html() -> None:
    assert as_html("Tea and **talk**.\n\n- one\n- two\n") == (
        "<p>Tea and <strong>talk</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_headings_stand_below_the_pages_own() -> None:
    assert as_html("# One\n\n## Two\n\n###### Six\n") == (
        "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"
    )


def test_a_number_can_be_dialled_and_a_link_followed_without_a_trace() -> None:
    assert as_html("[999](tel:999) [here](https://example.org)") == (
        '<p><a href="tel:999" rel="noopener noreferrer">999</a> '
        '<a href="https://example.org" rel="noopener noreferrer">here</a></p>\n'
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>bold</b>", "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![spy](https://example.org/x.png)", "<p></p>\n"),
        ("[x](ftp://example.org)", '<p><a rel="noopener noreferrer">x</a></p>\n'),
        ("a\x00b", "<p>a\ufffdb</p>\n"),
        ("", ""),
    ],
)
def test_what_could_do_harm_is_letters_or_nothing(typed: str, shown: str) -> None:
    assert as_html(typed) == shown


def test_a_thousand_brackets_take_no_time() -> None:
    assert as_html("[" * 5_000).startswith("<p>[[[")
