"""Pictures that the office gave: their kind is read from the bytes, never believed."""

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
