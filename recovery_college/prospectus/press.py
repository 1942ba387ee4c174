"""The press: HTML on its input, the website's address as its argument, a tagged PDF out.

A program of its own, because WeasyPrint takes memory that a web process would not give back.
"""

import os
import sys
from urllib.parse import unquote

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from recovery_college.config import ROOT

STATIC = ROOT / "static"
TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


class OwnFiles(URLFetcher):
    """Reads the website's static files from the disk, and nothing else from anywhere."""

    def __init__(self, website: str) -> None:
        super().__init__()
        self.own = f"{website}/static/"

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        path = (STATIC / unquote(url.removeprefix(self.own))).resolve()
        if not url.startswith(self.own) or not path.is_relative_to(STATIC):
            raise ValueError(f"not ours: {url}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})


def ready(html: str, website: str) -> HTML:
    """The words with their stylesheet."""
    return HTML(string=html, base_url=f"{website}/", url_fetcher=OwnFiles(website))


def main() -> None:
    html = sys.stdin.buffer.read().decode()
    pdf = ready(html, sys.argv[1]).write_pdf(pdf_variant="pdf/ua-1")
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    os._exit(0)  # a tidy end unloads libraries in which a thread of Pango's may still be busy


if __name__ == "__main__":
    main()
