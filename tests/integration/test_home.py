"""Is the municipality remembered by consent only, and by our own forms only?"""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from searchapi.pages.start import SHOWN
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("home")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with served(settings) as number:
        yield number


def _asked(
    port: int, method: str, path: str, headers: dict[str, str], **fields: str
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


def _selected(page: str) -> list[str]:
    """The options that a page has chosen."""
    return [
        part.split('"')[0] for part in page.split('<option value="')[1:] if " selected" in part.split(">")[0]
    ]


def test_no_page_sets_a_cookie_by_itself(port: int) -> None:
    for path in ("/", "/?kommun=ekdal", "/sok?q=bygglov&kommun=ekdal", "/en", "/finns-inte"):
        response, _ = _asked(port, "GET", path, {"Accept": "text/html"})
        assert "Set-Cookie" not in response.headers, path


def test_the_button_sets_one_cookie_and_goes_back(port: int) -> None:
    back = "/sok?q=bygglov&kommun=ekdal"
    response, _ = _asked(port, "POST", "/min-kommun", FORM, kommun="ekdal", back=back)
    assert (response.status, response.headers["Location"]) == (303, back)
    cookie = response.headers["Set-Cookie"].lower()
    assert cookie.startswith("min_kommun=ekdal;")
    assert {"httponly", "path=/", "samesite=lax"} <= set(cookie.split("; "))
    kept = {"Cookie": "min_kommun=ekdal", "Accept": "text/html"}
    assert _selected(_asked(port, "GET", "/", kept)[1]) == ["ekdal"]
    assert _selected(_asked(port, "GET", "/?kommun=", kept)[1]) == [], "the address goes first"
    assert _selected(_asked(port, "GET", "/", {**kept, "Cookie": "min_kommun=atlantis"})[1]) == []
    response, _ = _asked(port, "POST", "/min-kommun", FORM, back="/")
    assert "max-age=0" in response.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Content-Type": "text/plain"},
    ],
)
def test_what_no_form_of_ours_sent_is_refused(port: int, headers: dict[str, str]) -> None:
    response, _ = _asked(port, "POST", "/min-kommun", {**FORM, **headers}, kommun="ekdal", back="/")
    assert response.status == 400
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "/\r\nX: y", ""]
)
def test_the_way_back_stays_here(port: int, back: str) -> None:
    response, _ = _asked(port, "POST", "/en/min-kommun", FORM, kommun="ekdal", back=back)
    assert response.headers["Location"] == "/en"


def test_only_municipalities_are_remembered(port: int) -> None:
    for wanted in ("atlantis", "skatt"):
        response, _ = _asked(port, "POST", "/min-kommun", FORM, kommun=wanted, back="/")
        assert response.status == 400


def test_of_many_agencies_the_start_page_names_a_few_and_leads_to_all(tmp_path: Path) -> None:
    small_federation.build(tmp_path)
    more = [
        f'[[agency]]\nid = "kommun{n}"\nname = "Kommun {n}"\nkind = "municipality"\n'
        f'seeds = ["https://k{n}.example/"]\nhosts = ["k{n}.example"]\n'
        f'contact = {{ switchboard = "08-465 004 0{n}" }}'
        for n in range(1, 9)
    ]
    (tmp_path / "agencies.toml").write_text("\n".join([small_federation.registry_toml(), *more]), "utf-8")
    with served(Settings(data_dir=tmp_path, registry=tmp_path / "agencies.toml")) as port:
        _, page = _asked(port, "GET", "/", {"Accept": "text/html"})
    named = [f"Kommun {n}" for n in range(1, 9) if f'">Kommun {n}</a>' in page]
    assert 0 < len(named) <= SHOWN
    assert '<p class="elsewhere"><a href="/myndigheter">' in page


def test_behind_a_proxy_that_names_us_otherwise_the_browser_is_believed(port: int) -> None:
    headers = {**FORM, "Sec-Fetch-Site": "same-origin", "Origin": "https://sok.example"}
    response, _ = _asked(port, "POST", "/min-kommun", headers, kommun="ekdal", back="/")
    assert response.status == 303
    assert "min_kommun=ekdal" in response.headers["Set-Cookie"]
