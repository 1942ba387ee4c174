"""Pictures that the office gave: their kind is read from the bytes, never believed."""

from recovery_college.errors import Refusal

LARGEST = 900_000  # bytes; a phone on a slow line waits for each of them
KINDS = (
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"RIFF", b"WEBP", "image/webp"),
)


def kind_of(picture: bytes) -> str | None:
    """The content type of a picture that a browser may be given, or None."""
    for start, at_eight, kind in KINDS:
        if picture.startswith(start) and picture[8:].startswith(at_eight):
            return kind
    return None


def check_picture(picture: bytes) -> None:
    """A picture that any browser shows, whatever its file is called."""
    if kind_of(picture) is None:
        raise Refusal(
            "This file is not a picture that we can show. Choose a PNG, JPEG or WebP file.",
            field="photo",
        )
    if len(picture) > LARGEST:
        raise Refusal(
            "This picture is too big to load quickly. Choose one under 900 KB.", field="photo"
        )
