"""Do the portal's pages and its open data answer, for a small federation and for the demo's?"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import demo
from crawler.record import Doctype
from crawler.registry import AgencyKind, load_registry
from indexer import open_engine
from searchapi.catalogue import CatalogueKeeper
from searchapi.catalogue.life import life_events, live_steps
from searchapi.pages.portal.here import answering
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.texts import languages
from tests.conftest import Program
from tests.integration import small_federation
from tests.integration.life_steps import RIGHT
from tests.integration.served import served

ROOMS = (
    *("/e-tjanster", "/e-tjanster?ordning=myndighet", "/blanketter", "/kontakt", "/a-o", "/livshandelser"),
    *(f"/livshandelser/{event.id}" for event in life_events()),
    *("/myndigheter", "/hjalp-pa-plats", "/om", "/in-english", "/suomeksi", "/lattlast", "/tillganglighet"),
    "/integritet",
)
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("portal")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with served(settings) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as opened:
        yield opened


def _to(path: str, **parameters: str) -> str:
    return str(httpx.URL(path).copy_merge_params(parameters))


@pytest.mark.parametrize("language", languages())
def test_every_room_answers_with_and_without_a_municipality(client: httpx.Client, language: str) -> None:
    prefix = "" if language == "sv" else f"/{language}"
    for path in (*ROOMS, "/myndigheter/ekdal", "/kontakt?myndighet=vuxen"):
        for parameters in ({}, {"kommun": "ekdal"}):
            response = client.get(_to(prefix + path, **parameters))
            assert response.status_code == 200, f"{path}: {response.text[:300]}"
            assert f'<html lang="{language}"' in response.text
            assert response.text.count("<h1") == 1, path


def test_links_within_the_site_lead_somewhere(client: httpx.Client) -> None:
    found: set[str] = set()
    for path in (*ROOMS, "/myndigheter/ekdal", "/en/livshandelser"):
        page = client.get(_to(path, kommun="ekdal")).text
        found |= {href.replace("&amp;", "&") for href in _LINK.findall(page) if href.startswith("/")}
    assert len(found) > 40
    wrong = {href: status for href in sorted(found) if (status := client.get(href).status_code) != 200}
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/livshandelser/finns-inte", 404),
        ("/myndigheter/finns-inte", 404),
        ("/kontakt?myndighet=finns-inte", 404),
        ("/e-tjanster?amne=finns-inte", 404),
        ("/e-tjanster?sida=noll", 400),
        ("/a-o?bokstav=%C3%9F%C3%9F", 404),
        ("/e-tjanster?kommun=finns-inte", 404),
        ("/e-tjanster?kommun=region-skog", 404),
    ],
)
def test_what_there_is_not_is_told(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert "<h1" in response.text


def test_a_page_shows_what_the_municipality_its_region_and_the_state_have(client: httpx.Client) -> None:
    page = client.get("/e-tjanster?kommun=ekdal").text
    assert "www.alno.example" not in page, "another municipality's waits"
    assert "Kräver e-legitimation" in page
    without = client.get("/e-tjanster?kommun=").text
    assert "e-tjanster.ekdal.example" not in without
    assert "Välj din kommun" in without


def test_the_remembered_municipality_is_the_readers_own(client: httpx.Client) -> None:
    page = client.get("/a-o", headers={"Cookie": "min_kommun=ekdal"}).text
    assert "Ekdals kommun</h1>" in page


# --- open data ---


def test_the_catalogue_comes_in_pages(client: httpx.Client) -> None:
    address: str | None = "/api/v1/catalogue?limit=7"
    urls: list[str] = []
    total = 0
    while address:
        answer = client.get(address).json()
        total = answer["total"]
        assert answer["offset"] == len(urls)
        urls += [item["url"] for item in answer["items"]]
        address = answer["next"]
    assert len(urls) == total == len(set(urls)) > 7


def test_the_catalogue_is_narrowed(client: httpx.Client) -> None:
    answer = client.get("/api/v1/catalogue?kind=eservice,form&agency=ekdal").json()
    assert {item["kind"] for item in answer["items"]} <= {"eservice", "form"}
    assert {item["agency"]["id"] for item in answer["items"]} == {"ekdal"}
    assert any(item["needs_eid"] for item in answer["items"])


@pytest.mark.parametrize(
    "query", ["kind=minutes", "format=xml", "offset=-1", "limit=0", "limit=9999", "agency=finns-inte"]
)
def test_bad_parameters_are_told_in_the_one_shape(client: httpx.Client, query: str) -> None:
    response = client.get(f"/api/v1/catalogue?{query}")
    assert response.status_code in {400, 404, 422}
    assert set(response.json()["error"]) == {"code", "message"}


def test_csv_and_json_ld_hold_the_same_pages(client: httpx.Client) -> None:
    everything = client.get("/api/v1/catalogue?limit=1000").json()["items"]
    text = client.get("/api/v1/catalogue?format=csv")
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert text.headers["access-control-allow-origin"] == "*"
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert {row["url"] for row in rows} == {item["url"] for item in everything}
    graph = client.get("/api/v1/catalogue?format=jsonld").json()["@graph"]
    assert {node["@id"] for node in graph if "provider" in node} == {item["url"] for item in everything}


# --- the demo ---


@pytest.fixture(scope="module")
def demo_client(program: Program) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=program.url, timeout=60) as opened:
        yield opened


@pytest.mark.parametrize("home", ["norrvik", "sunnerby"])
def test_the_index_has_many_words_that_lead_to_live_pages(
    demo_client: httpx.Client, program: Program, home: str
) -> None:
    page = demo_client.get(f"/a-o?kommun={home}").text
    links = re.findall(r'<li><a href="(http[^"]+)" lang="sv">([^<]+)', page)
    assert len(links) >= 200
    words = [word.strip(", ").casefold() for _, word in links]
    assert len(words) == len(set(words)), "no word stands twice"
    truth = demo.truth(program.settings.demo_port)
    served_ = {_comparable(url): known for url, known in truth.items()}
    addresses = {_comparable(url.replace("&amp;", "&")) for url, _ in links}
    # What asks for a login is an e-service that the truth of what can be read doesn't know.
    assert len(addresses - served_.keys()) <= 3
    kinds = {served_[address].kind for address in addresses & served_.keys()}
    assert not kinds & {Doctype.MINUTES, Doctype.NEWS, Doctype.STEERING, Doctype.DECISION}


@pytest.mark.parametrize("home", ["norrvik", "sunnerby"])
def test_no_step_of_a_life_event_leads_to_a_dead_or_wrong_page(program: Program, home: str) -> None:
    settings = program.settings
    registry = load_registry(settings.registry)
    service = SearchService(open_engine(settings.index_dir), registry, settings)
    catalogue = CatalogueKeeper().fresh(service)
    near = answering(registry, registry[home])
    truth = {_comparable(url) for url in demo.truth(settings.demo_port)}
    steps = {step.name: step for event in life_events() for step in live_steps(catalogue, event, near)}
    wrong = []
    for step in steps.values():
        for entry in (step.guide, step.eservice, step.form):
            if entry is None:
                continue
            if _comparable(entry.url) not in truth:
                wrong.append(f"{step.name}: {entry.url} is no page of the demo")
            if not re.search(RIGHT.get(step.name, "(?!)"), entry.title.casefold()):
                wrong.append(f"{step.name}: {entry.title}")
            if entry.agency != home and registry[entry.agency].kind is AgencyKind.MUNICIPALITY:
                wrong.append(f"{step.name}: {entry.url} is another municipality's")
    assert wrong == []
    live = [step for step in steps.values() if step.live]
    assert len(live) >= 0.75 * len(steps), "most steps lead on"
    told = [step for step in steps.values() if not step.live and AgencyKind.STATE not in step.responsible]
    assert all(step.agency is not None or AgencyKind.OTHER in step.responsible for step in told)


def test_the_demo_exports_its_catalogue(program: Program) -> None:
    result = program.run("export", "catalogue", "--demo", "norrvik")
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {line["agency"]["id"] for line in lines} == {"norrvik"}
    assert {"eservice", "form", "contact", "place"} == {line["kind"] for line in lines}


def _comparable(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path.rstrip('/').casefold()}?{parts.query}".rstrip("?")
