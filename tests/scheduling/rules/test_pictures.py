"""The kind of a picture is read from its bytes."""

import pytest

from recovery_college.errors import Refusal
from recovery_college.scheduling.rules.pictures import LARGEST, check_picture, kind_of

PNG = b"\x89PNG\r\n\x1a\n"


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


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"GIF89a", "not a picture that we can show"),
        (b"", "not a picture that we can show"),
        (PNG + b"." * LARGEST, "under 900 KB"),
    ],
)
def test_a_file_that_is_no_picture_for_a_page_is_refused_beside_its_field(
    picture: bytes, why: str
) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        check_picture(picture)
    assert refused.value.field == "photo"
    check_picture(PNG)
