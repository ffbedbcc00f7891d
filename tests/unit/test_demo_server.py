"""Does the demo server behave like the content management systems whose looks it wears?"""

import gzip
import http.client
from collections.abc import Iterator

import pytest

from demo import background
from demo.answers import Request, finish
from demo.federation import Federation

FEDERATION = Federation(8010)
NORRVIK, SUNNERBY = "www.norrvik.localhost", "www.sunnerby.localhost"
REGION, SFM = "www.regionvastmark.localhost", "www.socialforsakringsmyndigheten.localhost"
FBM, SELF_SERVICE = "www.folkbokforingsmyndigheten.localhost", "sjalvservice.sunnerby.localhost"


def fetch(
    host: str, path: str, query: str = "", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    request = Request(host, path, query, {k.replace("_", "-"): v for k, v in headers.items()}, method)
    status, raw, body = finish(request, FEDERATION.answer(request))
    return status, {k.decode(): v.decode("latin-1") for k, v in raw}, body


def test_every_page_of_every_theme_is_answered() -> None:
    assert {site.theme for site in FEDERATION.sites.values()} <= FEDERATION.renderer.themes
    for site in FEDERATION.sites.values():
        for page in site.pages.values():
            status, _, body = fetch(site.host, page.url_path)
            expected = 301 if page.redirect else 302 if page.login else page.status
            assert status == (
                200 if expected in (404, 410) and site.settings.get("soft_404") else expected
            ), page.path
            assert body, page.path


def test_truth_is_never_served() -> None:
    _, _, body = fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov")
    assert b"kind:" not in body
    assert b"steering" not in body


def test_links_to_other_hosts_carry_the_port_and_documents_their_ending() -> None:
    _, _, body = fetch(SFM, "/foralder/vab")
    assert b'href="http://minasidor.socialforsakringsmyndigheten.localhost:8010/tjanster/vab"' in body
    assert b'href="/blanketter/ansokan-vab.pdf"' in body


def test_conditional_requests() -> None:
    _, headers, _ = fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov")
    assert fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov", if_none_match=headers["etag"])[0] == 304
    assert fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov", if_none_match='"other"')[0] == 200
    since = headers["last-modified"]
    assert fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov", if_modified_since=since)[0] == 304
    assert fetch(NORRVIK, "/bygga-bo-och-miljo/bygglov", if_modified_since="nonsense")[0] == 200
    assert "etag" not in fetch(SUNNERBY, "/")[1]


def test_gzip_and_head() -> None:
    _, headers, body = fetch(REGION, "/", accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert b"Region V" in gzip.decompress(body)
    status, headers, body = fetch(REGION, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


def test_unknown_host_is_told_which_hosts_there_are() -> None:
    status, _, body = fetch("nowhere.localhost", "/")
    assert status == 404
    assert NORRVIK.encode() in body


def test_missing_pages_hard_soft_and_gone() -> None:
    assert fetch(NORRVIK, "/finns-inte")[0] == 404
    assert fetch(SUNNERBY, "/finns-inte")[0] == 200
    assert fetch(FBM, "/pass.html")[0] == 410


def test_a_chain_of_redirects_ends_at_the_page() -> None:
    path, seen = "/foraldraledig", []
    while len(seen) < 5:
        status, headers, _ = fetch(SFM, path)
        seen.append(status)
        if status == 200:
            break
        path = headers["location"]
    assert (seen, path) == ([301, 301, 200], "/foralder/foraldrapenning")


def test_old_system_ignores_case_and_sends_latin_1() -> None:
    status, headers, body = fetch(SUNNERBY, "/BYGGA-OCH-BO")
    assert status == 200
    assert "iso-8859-1" in headers["content-type"]
    assert "miljö" in body.decode("latin-1").lower()


def test_a_page_that_lies_about_its_charset() -> None:
    _, headers, body = fetch(SUNNERBY, "/Trafik-och-gator/Hastighet")
    assert "utf-8" in headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_session_ids_change_with_every_visit() -> None:
    first, second = fetch(SELF_SERVICE, "/"), fetch(SELF_SERVICE, "/")
    assert b";jsessionid=" in first[2]
    assert first[2] != second[2]
    inside = first[2].split(b'href="/')[2].split(b'"')[0].decode()
    assert fetch(SELF_SERVICE, "/" + inside)[0] == 200
    assert b";jsessionid=" not in fetch(SELF_SERVICE, "/", cookie=first[1]["set-cookie"])[2]


def test_deep_links_behind_a_login() -> None:
    status, headers, _ = fetch("minasidor.socialforsakringsmyndigheten.localhost", "/mina-arenden")
    assert status == 302
    assert headers["location"].startswith("/inloggning")
    _, _, body = fetch("minasidor.socialforsakringsmyndigheten.localhost", "/inloggning")
    assert "Logga in med e-legitimation" in body.decode()


def test_the_calendar_never_ends() -> None:
    for month, following in (
        ("2026-12", "2027-01"),
        ("2104-06", "2104-07"),
        ("sedan", "2026-12"),
        ("9999-99", "2026-12"),
    ):
        status, _, body = fetch(NORRVIK, "/kalender", f"manad={month}")
        assert status == 200
        assert f"manad={following}".encode() in body


def test_robots_and_sitemaps() -> None:
    assert b"Disallow: /sok" in fetch(NORRVIK, "/robots.txt")[2]
    sitemap = fetch(NORRVIK, "/sitemap.xml")[2]
    assert b"<loc>http://www.norrvik.localhost:8010/bygga-bo-och-miljo/bygglov</loc><lastmod>2" in sitemap
    index = fetch(REGION, "/sitemap.xml")[2].decode()
    part = index.split("<loc>")[1].split("</loc>")[0].removeprefix("http://www.regionvastmark.localhost:8010")
    assert gzip.decompress(fetch(REGION, part)[2]).count(b"<lastmod>") > 0
    assert fetch(SUNNERBY, "/sitemap.xml")[2].startswith(b"<!DOCTYPE html")


def test_hostile_paths_and_queries_are_answered() -> None:
    for path in ("/" + "a/" * 3000, "/%00", "/\u0000<script>", "/../../etc/passwd", "//", "/;jsessionid="):
        for host in (NORRVIK, SUNNERBY, FBM):
            status, _, body = fetch(host, path, "q=" + "x" * 5000)
            assert status in (200, 301, 404)
            assert b"<script>/" not in body
    _, _, found = fetch(NORRVIK, "/sok", "q=<script>alert(1)</script>")
    assert b"<script>alert" not in found


@pytest.fixture(scope="module")
def served() -> Iterator[int]:
    with background(0, None) as port:
        yield port


def test_over_http(served: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=120)
    try:
        connection.request("GET", "/blanketter/ansokan-vab.pdf", headers={"Host": f"{SFM}:{served}"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.read().startswith(b"%PDF-")
        connection.request("POST", "/", body=b"namn=x", headers={"Host": f"{NORRVIK}:{served}"})
        assert "Ingenting har skickats" in connection.getresponse().read().decode()
    finally:
        connection.close()
