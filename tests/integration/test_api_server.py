"""What does the real server do with requests that are too long, or no requests at all?"""

import json
import socket
from collections.abc import Iterator

import pytest

from searchapi.protocol import MAX_HEAD_BYTES
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("served")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with served(settings) as number:
        yield number


def _answer(port: int, request: bytes) -> tuple[int, dict[str, dict[str, str]]]:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        received = b""
        while chunk := _receive(connection):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), json.loads(body)


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def _get(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_a_search_over_http(port: int) -> None:
    status, body = _answer(port, _get(b"/api/v1/search?q=bygglov&kommun=ekdal"))
    assert status == 200
    assert body["query"] == "bygglov"  # type: ignore[comparison-overlap]


def test_a_query_of_100_kb_is_refused_in_our_shape(port: int) -> None:
    status, body = _answer(port, _get(b"/api/v1/search?q=" + b"a" * 100_000))
    assert (status, body["error"]["code"]) == (414, "uri_too_long")


@pytest.mark.parametrize(
    "request_", [_get(b"/?q=" + b"a" * (2 * MAX_HEAD_BYTES)), b"\x16\x03\x01 no HTTP at all\r\n\r\n"]
)
def test_what_is_no_request_is_refused_in_our_shape(port: int, request_: bytes) -> None:
    status, body = _answer(port, request_)
    assert (status, body["error"]["code"]) == (400, "bad_request")
