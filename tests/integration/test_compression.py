"""Do answers travel compressed where that is asked for, and the administrators' pages plain?"""

import gzip
import http.client
from collections.abc import Iterator

import pytest

from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("compressed")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with served(settings) as number:
        yield number


def _answer(port: int, path: str, accepted: str = "gzip") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": accepted})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/en", "/sok?q=bygglov", "/api/v1/search?q=bygglov"])
def test_pages_and_answers_are_compressed(port: int, path: str) -> None:
    response, body = _answer(port, path)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    _, plain = _answer(port, path, "identity")
    unpacked = gzip.decompress(body)
    assert unpacked == plain or abs(len(unpacked) - len(plain)) < 8, "the same answer (but for its time)"
    assert len(body) < len(plain) / 1.5


def test_styles_and_scripts_are_compressed(port: int) -> None:
    _, page = _answer(port, "/", "identity")
    for kind in (b".css", b".js"):
        address = next(
            part for part in page.split(b'"') if part.startswith(b"/static/") and part.endswith(kind)
        )
        response, body = _answer(port, address.decode())
        assert response.headers["Content-Encoding"] == "gzip"
        assert "immutable" in response.headers["Cache-Control"]
        assert gzip.decompress(body)


def test_the_administrators_pages_carry_tokens_and_are_not(port: int) -> None:
    response, body = _answer(port, "/admin")
    assert "Content-Encoding" not in response.headers
    assert len(body) > 700 or response.status in (302, 303, 307)


def test_short_answers_are_sent_as_they_are(port: int) -> None:
    response, body = _answer(port, "/healthz")
    assert "Content-Encoding" not in response.headers
    assert body == b'{"status":"ok"}'


def test_who_may_not_come_is_told_the_same_as_where_nothing_is(port: int) -> None:
    told = []
    for path in ("/admin", "/nimda"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "X-Forwarded-For": "192.0.2.1"}
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            told.append((response.status, response.headers["Content-Encoding"], response.headers["Vary"]))
        finally:
            connection.close()
    assert told[0] == told[1] == (404, "gzip", "Accept-Encoding")
