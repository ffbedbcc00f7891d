"""Do programs get what their token allows, each error in its shape, and nothing else? Real HTTP."""

import base64
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from crawler.assignment import Origin
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from crawler.store.audit import Audit
from crawler.store.pushes import Pushes
from crawler.store.queue import RecrawlQueue
from crawler.store.tokens import Purpose, Tokens
from searchapi.operations import body, documents
from tests.integration.operating import NOON, opened, settings_in, token

URL = "https://aspvik.example/bygga/altan"


@dataclass
class Api:
    client: httpx.Client
    store: PageStore
    recrawl: dict[str, str]
    recrawl_all: dict[str, str]
    push: dict[str, str]


@pytest.fixture(scope="module")
def served_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    settings = settings_in(
        tmp_path_factory.mktemp("operations"), max_body_bytes=100_000, recrawl_pending_per_token=3
    )
    with PageStore(settings.store_url) as store, opened(settings) as client:
        yield Api(
            client,
            store,
            token(store, Purpose.RECRAWL, "aspvik"),
            token(store, Purpose.RECRAWL, ""),
            token(store, Purpose.PUSH, "aspvik"),
        )


@pytest.fixture
def api(served_api: Api) -> Api:
    """With an empty queue."""
    for request in RecrawlQueue(served_api.store).pending():
        RecrawlQueue(served_api.store).cancel(request.id, NOON)
    return served_api


def told(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    assert set(response.json()) == {"error"}
    assert set(error) == {"code", "message"}
    return response.status_code, error["code"], error["message"]


# --- tokens ---

_CALLS = [
    ("POST", "/api/v1/recrawl"),
    ("GET", "/api/v1/recrawl/1"),
    ("PUT", "/api/v1/documents"),
    ("DELETE", f"/api/v1/documents?url={URL}"),
    ("GET", "/api/v1/documents/1"),
]


@pytest.mark.parametrize(("method", "path"), _CALLS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer fel",
        "Bearer mbs_fel",
        "Basic bWJz",
        "mbs_fel",
        "Bearer mbs_" + "x" * 9000,
    ],
)
def test_without_a_right_token_nothing_is_done(
    api: Api, method: str, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = api.client.request(method, path, headers=headers)
    status, code, message = told(response)
    assert (status, code) == (401, "unauthorized")
    assert response.headers["www-authenticate"].startswith("Bearer realm=")
    assert "token" in message


@pytest.mark.parametrize(("method", "path"), _CALLS)
def test_a_token_for_something_else_is_no_good(api: Api, method: str, path: str) -> None:
    other = api.recrawl if "documents" in path else api.push
    response = api.client.request(method, path, headers=other)
    assert told(response)[:2] == (403, "forbidden")


def test_a_revoked_token_is_refused(api: Api) -> None:
    made, secret = Tokens(api.store).create("kort", Purpose.RECRAWL, "", who="prov", at=NOON)
    headers = {"Authorization": f"bearer  {secret}"}  # (schemes are read in any case, RFC 9110)
    assert api.client.post("/api/v1/recrawl", headers=headers, json={"target": "aspvik"}).status_code == 202
    Tokens(api.store).revoke(made.id, who="prov", at=NOON)
    assert api.client.post("/api/v1/recrawl", headers=headers, json={"target": "aspvik"}).status_code == 401


def test_bodies_are_not_read_for_those_without_a_token(api: Api) -> None:
    """The answer comes although the body never does."""
    url = api.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=120) as connection:
        connection.sendall(
            b"PUT /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000000\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


# --- recrawl ---


def ask(api: Api, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    return api.client.post("/api/v1/recrawl", headers=headers or api.recrawl, json=body)


@pytest.mark.parametrize(
    ("body", "scope", "target"),
    [
        ({"target": "aspvik"}, "agency", "aspvik"),
        ({"target": "e-tjanst.aspvik.example"}, "host", "e-tjanst.aspvik.example"),
        ({"target": URL}, "url", URL),
        (
            {"target": "https://aspvik.example/bygga/", "section": True},
            "section",
            "https://aspvik.example/bygga/",
        ),
    ],
)
def test_a_crawl_is_asked_for_once(api: Api, body: dict[str, Any], scope: str, target: str) -> None:
    response = ask(api, **body, reason="ny sida")
    answer = response.json()
    request = answer["request"]
    assert response.status_code == 202, response.text
    assert answer["new"] is True
    assert (request["scope"], request["target"], request["status"]) == (scope, target, "pending")
    assert response.headers["location"] == f"/api/v1/recrawl/{request['id']}"
    again = ask(api, **body).json()
    assert (again["new"], again["request"]["id"]) == (False, request["id"])
    kept = RecrawlQueue(api.store).get(request["id"])
    assert kept is not None
    assert (kept.origin, kept.reason) == (Origin.API, "ny sida")
    assert kept.requester.startswith("token ")
    newest = Audit(api.store).entries(1)[0]
    assert (newest.action, newest.who) == ("recrawl asked", kept.requester)


def test_progress_and_result_are_told(api: Api) -> None:
    location = ask(api, target=URL).headers["location"]
    number = int(location.rpartition("/")[2])
    queue = RecrawlQueue(api.store)
    claimed = queue.claim("värd:1:2", NOON)
    assert claimed is not None
    queue.progress(number, {"message": "hämtar"})
    running = api.client.get(location, headers=api.recrawl)
    assert running.json()["progress"] == {"message": "hämtar"}
    assert "värd:1:2" not in running.text
    assert running.headers["cache-control"] == "no-store"
    queue.finish(number, NOON, status="finished", result="indexed", run=7)
    over = api.client.get(location, headers=api.recrawl).json()
    assert (over["status"], over["result"], over["run"]) == ("finished", "indexed", 7)


def test_another_agencys_pages_are_not_asked_for(api: Api) -> None:
    assert told(ask(api, target="granaby"))[:2] == (403, "forbidden")
    response = ask(api, api.recrawl_all, target="granaby")
    assert response.status_code == 202
    path = response.headers["location"]
    assert api.client.get(path, headers=api.recrawl_all).status_code == 200
    assert told(api.client.get(path, headers=api.recrawl))[:2] == (404, "not_found")


@pytest.mark.parametrize("number", ["99999", "0", "-1", "x", "99999999999999999999999"])
def test_a_request_that_is_not_there(api: Api, number: str) -> None:
    assert told(api.client.get(f"/api/v1/recrawl/{number}", headers=api.recrawl))[0] in {400, 404}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"target": ""}',
        b'{"target": 7}',
        b'{"target": "aspvik", "sektion": true}',
        b'{"target": "okand"}',
        b'{"target": "https://annan.example/"}',
        b'{"target": "javascript:alert(1)"}',
        b'{"target": "https://aspvik.example/internt/x"}',
        b'{"target": "aspvik\\u0000"}',
        b'{"target": "aspvik", "reason": "' + b"x" * 501 + b'"}',
        b'{"target": "\xff"}',
        b'{"target":' + b"[" * 8000,
    ],
)
def test_what_makes_no_sense_is_told(api: Api, body: bytes) -> None:
    headers = {**api.recrawl_all, "Content-Type": "application/json"}
    response = api.client.post("/api/v1/recrawl", headers=headers, content=body)
    status, code, message = told(response)
    assert (status, code) == (400, "bad_request")
    assert len(message) < 2000
    assert RecrawlQueue(api.store).pending() == []


def test_only_json_is_read(api: Api) -> None:
    response = api.client.post("/api/v1/recrawl", headers=api.recrawl, data={"target": "aspvik"})
    assert told(response)[:2] == (415, "unsupported_media_type")


def test_a_token_can_let_only_so_much_wait(api: Api) -> None:
    for number in range(3):
        assert ask(api, target=f"{URL}/{number}").status_code == 202
    refused = ask(api, target=f"{URL}/3")
    assert told(refused)[:2] == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "60"
    assert ask(api, target=f"{URL}/2").json()["new"] is False
    assert ask(api, api.recrawl_all, target=f"{URL}/3").status_code == 202


# --- documents ---


def html(title: str) -> str:
    return (
        f"<!doctype html><title>{title}</title><main><h1>{title}</h1><p>Du behöver sällan bygglov.</p></main>"
    )


def put(api: Api, sent: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    return api.client.put("/api/v1/documents", headers=headers or api.push, json=sent)


def sent(url: str = URL, **more: Any) -> dict[str, Any]:
    return {"url": url, "content_type": "text/html", "content": html("Altan"), **more}


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


# --- explain ---


def test_everybody_is_told_why_a_page_is_not_found(api: Api) -> None:
    url = "https://aspvik.example/trasig"
    run = api.store.begin_run("aspvik", NOON)
    api.store.save_visits(
        run, [Visit(url, "aspvik", Outcome.TIMEOUT, NOON, reason="nothing from 192.168.7.7:80", found_on=URL)]
    )
    answer = api.client.get("/api/v1/explain", params={"url": url})
    explained = answer.json()
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert explained["state"]["outcome"] == "timeout"
    assert explained["state"]["found_on"] == URL
    assert explained["explanation"].endswith(".")
    assert "192.168" not in answer.text


@pytest.mark.parametrize("url", ["", "bygga", "https://", "\0"])
def test_explain_needs_an_address(api: Api, url: str) -> None:
    assert told(api.client.get("/api/v1/explain", params={"url": url}))[:2] == (400, "bad_request")


# --- the guard ---


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/recrawl", "POST, OPTIONS"),
        ("/api/v1/recrawl/7", "GET, HEAD, OPTIONS"),
        ("/api/v1/documents", "PUT, DELETE, OPTIONS"),
        ("/api/v1/documents/7", "GET, HEAD, OPTIONS"),
    ],
)
def test_scripts_of_other_sites_get_no_leave_for_operations(api: Api, path: str, allowed: str) -> None:
    headers = {"Origin": "https://annan.example", "Access-Control-Request-Method": "PUT"}
    preflight = api.client.options(path, headers=headers)
    assert preflight.status_code == 204
    assert preflight.headers["allow"] == allowed
    answer = api.client.get("/api/v1/documents/7", headers=headers)
    for response in (preflight, answer):
        assert not any(name.startswith("access-control-") for name in response.headers)


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/explain", "/api/v1/agencies", "/", "/readyz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_is_for_reading_is_for_reading(api: Api, path: str, method: str) -> None:
    assert api.client.request(method, path).status_code == 405


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/recrawl"), ("POST", "/api/v1/documents")])
def test_operations_take_their_methods_only(api: Api, method: str, path: str) -> None:
    assert told(api.client.request(method, path, headers=api.push))[:2] == (405, "method_not_allowed")


def test_nothing_secret_is_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    ask(api, target="granaby")
    put(api, sent(content=""))
    api.client.delete("/api/v1/documents", headers=api.push, params={"url": "https://hemlig.example/x"})
    ours = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert not any("mbs_" in message or "hemlig.example" in message for message in ours)


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, database_url=f"sqlite:///{tmp_path}/agencies.toml/s.sqlite3")
    with opened(settings) as client:
        response = client.get("/api/v1/explain", params={"url": URL})
        assert told(response)[:2] == (503, "not_ready")
        headers = {"Authorization": "Bearer mbs_x"}
        assert told(client.get("/api/v1/recrawl/1", headers=headers))[:2] == (503, "not_ready")
