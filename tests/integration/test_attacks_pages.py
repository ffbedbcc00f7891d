"""Do the pages for citizens stand hostile addresses, headers, forms, sites and crowds?"""

import re
from collections.abc import Iterator

import httpx
import pytest

from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served

_ELSEWHERE = re.compile(r'(?:href|src|action|value)="(?:/[/\\]|javascript:)', re.I)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("pages-attacked")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with (
        served(settings) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Accept": "text/html"}) as opened,
    ):
        yield opened


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example/x",
        "/%2fevil.example",
        "/en//evil.example",
        "/fi/%2f%2fevil.example?q=1",
        "/en/%5cevil.example",
        "/en//evil.example/%2e%2e",
    ],
)
def test_no_page_leads_where_its_address_says(client: httpx.Client, path: str) -> None:
    address = str(client.base_url).rstrip("/")
    response = client.send(client.build_request("GET", f"{address}{path}"))
    assert response.status_code == 404
    assert _ELSEWHERE.findall(response.text) == []


@pytest.mark.parametrize(
    "since",
    [
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 2020 00:00:00 +99999999999999",
        "Mon, 31 Feb 2020 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "",
    ],
)
def test_a_feed_reads_any_date(client: httpx.Client, since: str) -> None:
    response = client.get("/sok.atom?q=bygglov", headers={"If-Modified-Since": since})
    assert response.status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "http://a:b:c", "null.example", "http://x:99999999"])
def test_a_form_from_an_origin_that_is_none_is_refused(client: httpx.Client, origin: str) -> None:
    response = client.post("/min-kommun", data={"kommun": "ekdal"}, headers={"Origin": origin})
    assert response.status_code == 400
    assert "set-cookie" not in response.headers
