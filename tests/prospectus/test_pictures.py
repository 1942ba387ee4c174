"""The kind of a picture is read from its bytes."""

import pytest

from recovery_college.prospectus.pictures import kind_of


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"<svg onload='alert(1)'/>", None),
        (b"<!doctype html>", None),
        (b"", None),
    ],
)
def test_only_pictures_that_a_browser_may_be_given_have_a_kind(
    picture: bytes, kind: str | None
) -> None:
    assert kind_of(picture) == kind
