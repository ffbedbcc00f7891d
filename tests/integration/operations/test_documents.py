"""Is a document taken, its fate told, and what makes no sense refused?"""

import base64
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import Visit
from crawler.store.audit import Audit
from crawler.store.pushes import Pushes
from crawler.store.tokens import Purpose
from searchapi.operations import body, documents
from tests.integration.operating import NOON, token
from tests.integration.operations.asking import URL, Api, html, put, sent, told


def test_a_document_is_taken_and_its_fate_told(api: Api) -> None:
    response = put(api, sent(f"{URL}?sv.target=1#del"))
    assert response.status_code == 202, response.text
    (taken,) = response.json()["documents"]
    assert (taken["url"], taken["status"]) == (URL, "pending")
    path = response.headers["location"]
    assert path == f"/api/v1/documents/{taken['id']}"
    (claimed,) = Pushes(api.store).claim("w", agencies=["aspvik"], limit=1, most_bytes=10**6)
    assert claimed.content == html("Altan").encode()
    Pushes(api.store).finish("aspvik", [(claimed, Outcome.NOINDEX, "meta robots says noindex")], NOON)
    fate = api.client.get(path, headers=api.push).json()
    assert (fate["status"], fate["outcome"], fate["reason"]) == (
        "finished",
        "noindex",
        "meta robots says noindex",
    )


def test_several_documents_are_taken_in_order(api: Api) -> None:
    pdf = base64.b64encode(b"%PDF-1.7\n%%EOF").decode()
    response = put(
        api,
        {
            "documents": [
                sent(f"{URL}/1"),
                {"url": f"{URL}/2", "content_type": "application/pdf", "content": pdf, "title": "Plan\n1"},
                {"url": f"{URL}/3", "content_type": "text/plain", "content": "Hej åäö", "language": "sv"},
            ]
        },
    )
    assert response.status_code == 202, response.text
    assert [one["url"] for one in response.json()["documents"]] == [f"{URL}/{n}" for n in (1, 2, 3)]
    claimed = Pushes(api.store).claim("w", agencies=["aspvik"], limit=10, most_bytes=10**6)
    first, second, third = claimed[-3:]
    assert first.content_type == "text/html; charset=utf-8"
    assert (second.content, second.title, second.content_type) == (
        b"%PDF-1.7\n%%EOF",
        "Plan 1",
        "application/pdf",
    )
    assert (third.content.decode(), third.language) == ("Hej åäö", "sv")
    Pushes(api.store).finish("aspvik", [(one, Outcome.EMPTY, "") for one in claimed], NOON)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://granaby.example/", 403),
        ("https://aspvik.example.annan.example/", 403),
        ("https://aspvik.example@annan.example/", 403),
        ("https://aspvik.example/internt/x", 403),
        ("http://127.0.0.1/", 403),
        ("file:///etc/passwd", 400),
        ("/bygga", 400),
    ],
)
def test_only_addresses_of_ones_own_are_taken(api: Api, url: str, status: int) -> None:
    before = Pushes(api.store).waiting()
    assert told(put(api, {"documents": [sent(), sent(url)]}))[0] in {status, 400}
    response = api.client.delete("/api/v1/documents", headers=api.push, params={"url": url})
    assert told(response)[0] in {status, 400}
    assert Pushes(api.store).waiting() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        {"documents": []},
        {"documents": [sent(f"{URL}/{n}") for n in range(101)]},
        {"documents": [sent(), sent(f"{URL}#del")]},
        sent(content=""),
        sent(content_type="image/png"),
        sent(content_type="application/pdf", content="inte base64!"),
        sent(content_type="application/pdf", content=base64.b64encode(b"MZ").decode()),
        sent(language="svenska"),
        sent(title="x" * 301),
        sent(extra=1),
    ],
)
def test_documents_that_make_no_sense_are_told(api: Api, wrong: Any) -> None:
    before = Pushes(api.store).waiting()
    assert told(put(api, wrong))[:2] == (400, "bad_request")
    assert Pushes(api.store).waiting() == before


def test_half_a_character_is_no_text(api: Api) -> None:
    raw = json.dumps(sent()).replace("sällan", "").replace("Altan", "\\ud800")
    headers = {**api.push, "Content-Type": "application/json"}
    response = api.client.put("/api/v1/documents", headers=headers, content=raw.encode())
    assert told(response)[0] == 400


def test_a_large_document_is_refused(api: Api) -> None:
    assert told(put(api, sent(content="x" * 100_001)))[0] == 413
    assert put(api, sent(f"{URL}/stor", content="x" * 100_000)).status_code == 202
    api.client.delete("/api/v1/documents", headers=api.push, params={"url": f"{URL}/stor"})


def test_a_body_is_counted_while_it_comes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a body without Content-Length: read no further than the limit."""
    monkeypatch.setattr(documents, "MOST_BYTES", 50_000)

    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 1000

    headers = {**api.push, "Content-Type": "application/json"}
    try:
        response = api.client.put("/api/v1/documents", headers=headers, content=endless())
    except httpx.TransportError:
        return  # refused while it still came
    assert told(response)[0] == 413


def test_a_body_that_is_said_to_be_huge_is_not_waited_for(api: Api) -> None:
    url = api.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=120) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 64000001\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_does_not_come_is_not_waited_for_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_SECONDS", 0.05)
    url = api.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=120) as connection:
        connection.sendall(
            b"POST /api/v1/recrawl HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/json\r\nAuthorization: "
            + api.recrawl["Authorization"].encode()
            + b"\r\n\r\n{"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_document_is_taken_back_at_once(api: Api) -> None:
    url = CanonicalUrl(f"{URL}/tillbaka")
    record = DocumentRecord(
        url=url,
        requested_url=RequestedUrl(url),
        agency="aspvik",
        host="aspvik.example",
        title="Tillbaka",
        fetched=NOON,
        checked=NOON,
    )
    run = api.store.begin_run("aspvik", NOON)
    api.store.save_visits(
        run, [Visit(url, "aspvik", Outcome.INDEXED, NOON, canonical_url=url, record=record)]
    )
    assert api.store.document(url) is not None
    response = api.client.delete("/api/v1/documents", headers=api.push, params={"url": url})
    assert response.status_code == 200
    assert response.json()["removed"] is True
    assert api.store.document(url) is None
    again = api.client.delete("/api/v1/documents", headers=api.push, params={"url": url})
    assert again.json()["removed"] is False
    explained = api.client.get("/api/v1/explain", params={"url": url}).json()
    assert "taken back by the agency" in explained["removed_reason"]
    assert Audit(api.store).entries(1)[0].action == "document taken back"


def test_another_agencys_documents_are_not_told_of(api: Api) -> None:
    path = put(api, sent()).headers["location"]
    other = token(api.store, Purpose.PUSH, "granaby")
    assert told(api.client.get(path, headers=other))[:2] == (404, "not_found")
    api.client.delete("/api/v1/documents", headers=api.push, params={"url": URL})
