"""How do tests have an HTML page read? As it comes from the network, and with what came of it."""

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.outcomes import Outcome
from crawler.page import ExtractedPage, FetchedPage, UnreadablePage
from crawler.record import RequestedUrl

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PARAGRAPH = (
    "Du som vill bygga en altan behöver ibland söka bygglov hos kommunen. Här kan du läsa om vad som gäller "
    "och hur du ansöker. Kontakta oss gärna om du är osäker på vad som gäller för just ditt hus."
)


def read(
    body: str | bytes,
    url: str = "https://www.norrby.example/a",
    content_type: str = "text/html",
    **headers: str,
) -> ExtractedPage:
    raw = body.encode() if isinstance(body, str) else body
    return extract(
        FetchedPage(RequestedUrl(url), url, 200, {"content-type": content_type, **headers}, raw, NOW)
    )


def outcome(body: str | bytes, **more: str) -> Outcome:
    with pytest.raises(UnreadablePage) as caught:
        read(body, **more)
    return caught.value.outcome


def whole(inside: str, head: str = "<title>Bygglov</title>") -> str:
    return f"<!doctype html><html lang=sv><head>{head}</head><body>{inside}</body></html>"
