"""Do programs get what their token allows, and nobody anything without one?"""

import socket
from pathlib import Path

import pytest

from crawler.store.tokens import Purpose, Tokens
from tests.integration.operating import NOON, opened, settings_in
from tests.integration.operations.asking import URL, Api, ask, put, sent, told

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
