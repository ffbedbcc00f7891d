"""Does a crawl keep its promises? Recrawls, limits, duplicates, canonicals, host guard, stopping, proxies."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.outcomes import Outcome
from crawler.store import PageStore, UrlState
from tests.integration.answers import Asked, links, page, plain, redirect, serve
from tests.integration.crawling import Crawled, agency_toml, crawl, fetch, job
from tests.integration.faultserver import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def _states(crawled: Crawled, agency: str) -> dict[str, UrlState]:
    with PageStore(crawled.store_url) as store:
        return {state.url: state for state in store.url_states(agency)}


def _documents(crawled: Crawled) -> list[str]:
    with PageStore(crawled.store_url) as store:
        return [row.record.url for row in store.documents()]


def test_a_recrawl_asks_conditionally_and_sees_pages_come_and_go(server: FaultServer, tmp_path: Path) -> None:
    url = server.url("egen")
    registry = agency_toml("egen", url)
    server.routes |= {
        "egen/": serve(page("Start", links("/unmodified", "/samma", "/borta"))),
        "egen/samma": serve(page("Samma")),
        "egen/borta": serve(page("Snart borta", links("/ensam"))),
        "egen/ensam": serve(page("Ensam")),
        "egen/barn": serve(page("Barn")),
    }
    first = crawl(tmp_path, registry, ["egen"])
    assert set(first.outcomes("egen").values()) == {Outcome.INDEXED}
    assert len(first.outcomes("egen")) == 6
    server.routes["egen/"] = serve(page("Start", links("/unmodified", "/samma", "/ny")))
    server.routes["egen/ny"] = serve(page("Ny"))
    del server.routes["egen/borta"]
    second = crawl(tmp_path, registry, ["egen"])
    states = _states(second, "egen")
    assert states[server.url("egen", "/unmodified")].http_status == 304
    assert states[server.url("egen", "/unmodified")].etag == '"v1"'
    assert {
        path: states[server.url("egen", path)].outcome for path in ("/unmodified", "/samma", "/barn", "/ny")
    } == {
        "/unmodified": Outcome.UNCHANGED,
        "/samma": Outcome.UNCHANGED,
        "/barn": Outcome.UNCHANGED,
        "/ny": Outcome.INDEXED,
    }
    assert states[server.url("egen", "/borta")].outcome is Outcome.NOT_FOUND
    assert server.url("egen", "/borta") in _documents(second)
    assert states[server.url("egen", "/ensam")].outcome is Outcome.UNCHANGED
    third = crawl(tmp_path, registry, ["egen"])
    assert server.url("egen", "/borta") not in _documents(third)
    assert server.url("egen", "/ensam") in _documents(third)


def test_a_service_behind_a_login_stays_when_the_pages_that_link_to_it_are_unchanged(
    server: FaultServer, tmp_path: Path
) -> None:
    tagged = {"headers": 'ETag: "v1"\r\n'}
    body = page("Start", '<p><a href="/e-tjanst/ansokan">Ansök om plats i förskola (e-tjänst)</a></p>')

    async def unmodified(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers.get("if-none-match"):
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            await plain(writer, body, **tagged)

    server.routes |= {"egen/": unmodified, "egen/e-tjanst/ansokan": redirect("/inloggning?till=ansokan")}
    registry = agency_toml("egen", server.url("egen"))
    service = server.url("egen", "/e-tjanst/ansokan")
    for outcome in (Outcome.INDEXED, Outcome.UNCHANGED, Outcome.UNCHANGED):
        crawled = crawl(tmp_path, registry, ["egen"])
        assert _states(crawled, "egen")[service].outcome is outcome
        assert service in _documents(crawled)


def test_only_the_named_urls_are_recrawled(server: FaultServer, tmp_path: Path) -> None:
    registry = agency_toml("egen", server.url("egen"))
    server.routes |= {"egen/": serve(page("Start", links("/a", "/b"))), "egen/a": serve(page("A"))}
    server.routes["egen/b"] = serve(page("B"))
    crawl(tmp_path, registry, ["egen"])
    server.asked.clear()
    server.routes["egen/a"] = serve(page("A i ny form", links("/c")))
    (tmp_path / "agencies.toml").write_text(registry, encoding="utf-8")
    one = {**job(tmp_path, []), "urls": [server.url("egen", "/a")]}
    done = fetch(json.dumps(one))
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["outcomes"] == {"indexed": 1}
    assert set(server.asked) == {"egen.fault.localhost/robots.txt", "egen.fault.localhost/a"}


def test_depth_and_page_limits(server: FaultServer, tmp_path: Path) -> None:
    for n in range(9):
        server.routes[f"djup/{n or ''}"] = serve(page(f"Nivå {n}", links(f"/{n + 1}")))
        server.routes[f"bred/{n or ''}"] = serve(page(f"Bredd {n}", links(*(f"/{m}" for m in range(1, 9)))))
    registry = agency_toml("djup", server.url("djup"), max_depth=3)
    registry += agency_toml("bred", server.url("bred"), max_pages=4, concurrency=1)
    registry += agency_toml("nekad", server.url("healthy"), deny=["/sida/1*"])
    crawled = crawl(tmp_path, registry, ["djup", "bred", "nekad"])
    deep = crawled.outcomes("djup")
    assert deep.pop(server.url("djup", "/4")) is Outcome.TOO_DEEP
    assert len(deep) == 4
    assert sorted(crawled.outcomes("bred").values()) == [Outcome.INDEXED] * 4 + [Outcome.PAGE_LIMIT] * 5
    assert crawled.outcomes("nekad")[server.url("healthy", "/sida/1")] is Outcome.DENIED_BY_REGISTRY
    assert server.asked["healthy.fault.localhost/sida/1"] == 0


def test_the_better_address_of_a_duplicate_is_kept(server: FaultServer, tmp_path: Path) -> None:
    same = serve(page("Samma sida"))
    server.routes |= {
        "egen/": serve(page("Start", links("/index.php?id=7&lang=sv", "/mellan"))),
        "egen/index.php": same,
        "egen/mellan": serve(page("Mellan", links("/sida"))),
        "egen/sida": same,
    }
    crawled = crawl(tmp_path, agency_toml("egen", server.url("egen"), concurrency=1), ["egen"])
    states = _states(crawled, "egen")
    long, short = server.url("egen", "/index.php?id=7&lang=sv"), server.url("egen", "/sida")
    assert states[short].outcome is Outcome.INDEXED
    assert states[long].outcome is Outcome.DUPLICATE
    assert states[long].canonical_url == short
    assert sorted(_documents(crawled)) == sorted([server.url("egen"), server.url("egen", "/mellan"), short])
    assert crawled.finished("egen")["outcomes"] == {"indexed": 3, "duplicate": 1}


def _canonical(path: str) -> str:
    return f'<link rel="canonical" href="{path}">'


def test_a_right_canonical_is_followed_and_a_wrong_one_is_not(server: FaultServer, tmp_path: Path) -> None:
    text = "<p>" + "En alldeles egen text om utskriften av sidan. " * 30 + "</p>"
    server.routes |= {
        "egen/": serve(
            page(
                "Start",
                links("/utskrift", "/kal?manad=2026-12", "/till-roten", "/till-404", "/till-annan")
                + links("/x", "/y"),
            )
        ),
        "egen/utskrift": serve(page("Bygglov", text + "<p>Utskrift</p>", head=_canonical("/bygglov"))),
        "egen/bygglov": serve(page("Bygglov", text)),
        "egen/kal": serve(page("Kalender", "<p>Torgmarknad och julbord i hela december.</p>" * 9,
                               head=_canonical("/kal"))),
        "egen/till-roten": serve(page("Hänvisar till roten", head=_canonical("/"))),
        "egen/till-404": serve(page("Hänvisar till ingenting", head=_canonical("/finns-inte"))),
        "egen/till-annan": serve(
            page("Hänvisar fel", "<p>Om något helt annat, nämligen sophämtning och återvinning.</p>" * 9,
                 head=_canonical("/bygglov"))
        ),
        "egen/x": serve(page("I ring x", "<p>Den ena sidan handlar om vatten.</p>", head=_canonical("/y"))),
        "egen/y": serve(page("I ring y", "<p>Den andra handlar om avlopp.</p>", head=_canonical("/x"))),
    }  # fmt: skip
    states = _states(crawl(tmp_path, agency_toml("egen", server.url("egen")), ["egen"]), "egen")
    printed = states[server.url("egen", "/utskrift")]
    assert (printed.outcome, printed.canonical_url) == (
        Outcome.CANONICAL_ELSEWHERE,
        server.url("egen", "/bygglov"),
    )
    assert states[server.url("egen", "/kal?manad=2026-12")].outcome is Outcome.CANONICAL_ELSEWHERE
    for path in ("/", "/bygglov", "/kal", "/till-roten", "/till-404", "/till-annan", "/x", "/y"):
        assert states[server.url("egen", path)].outcome is Outcome.INDEXED, path


def test_redirects_name_where_they_end(server: FaultServer, tmp_path: Path) -> None:
    server.routes |= {
        "egen/": serve(page("Start", links("/gammal", "/ut", "/hemsk"))),
        "egen/gammal": redirect("/nyare", "301 Moved Permanently"),
        "egen/nyare": redirect("/nyast"),
        "egen/nyast": serve(page("Nyast")),
        "egen/ut": redirect("http://127.0.0.1/"),
        "egen/hemsk": redirect("file:///etc/passwd"),
    }
    states = _states(crawl(tmp_path, agency_toml("egen", server.url("egen")), ["egen"]), "egen")
    assert states[server.url("egen", "/gammal")].outcome is Outcome.REDIRECTED
    assert states[server.url("egen", "/gammal")].canonical_url == server.url("egen", "/nyast")
    assert states[server.url("egen", "/nyast")].outcome is Outcome.INDEXED
    assert states[server.url("egen", "/ut")].outcome is Outcome.OFF_HOST
    assert states[server.url("egen", "/hemsk")].outcome is Outcome.INVALID_URL


def test_private_addresses_are_not_asked(server: FaultServer, tmp_path: Path) -> None:
    registry = agency_toml("namn", server.url("healthy")) + agency_toml("tal", "http://127.0.0.1:9/")
    registry += agency_toml("kort", "http://127.1:9/")
    crawled = crawl(tmp_path, registry, ["namn", "tal", "kort"], allow_private_addresses=False)
    assert not server.asked
    for agency in ("namn", "tal", "kort"):
        (state,) = _states(crawled, agency).values()
        assert state.outcome is Outcome.PRIVATE_ADDRESS
        assert "allow_private_addresses" in state.reason


def test_a_proxy_of_the_environment_is_used_for_everything(server: FaultServer, tmp_path: Path) -> None:
    server.routes |= {"www/": serve(page("Genom ombudet", links("/a"))), "www/a": serve(page("A"))}
    environment = {**os.environ, "http_proxy": f"http://127.0.0.1:{server.port}", "no_proxy": ""}
    crawled = crawl(
        tmp_path,
        agency_toml("www", "http://www.norrvik.example/"),
        ["www"],
        environment=environment,
        allow_private_addresses=False,
    )
    assert set(crawled.outcomes("www").values()) == {Outcome.INDEXED}
    asked = {f"www.norrvik.example/{p}" for p in ("robots.txt", "sitemap.xml", "", "a")}
    assert asked <= set(server.asked)
    assert all(path.startswith("www.norrvik.example/") for path in server.asked)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_keeps_what_it_has(server: FaultServer, tmp_path: Path, number: int) -> None:
    for n in range(400):
        server.routes[f"egen/{n or ''}"] = serve(
            page(f"Sida {n}", links(*(f"/{m}" for m in range(n, n + 40))))
        )
    registry = agency_toml("egen", server.url("egen"), delay=0.05, concurrency=1)
    (tmp_path / "agencies.toml").write_text(registry, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.fetch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(job(tmp_path, ["egen"], extraction_processes=1)))
    process.stdin.close()
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] == "progress" and events[-1]["documents"] > 3:
            process.send_signal(number)
            break
    events += [json.loads(line) for line in process.stdout]
    process.stdout.close()
    assert process.stderr is not None
    messages = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0, messages
    assert "Traceback" not in messages
    last = events[-1]
    assert (last["event"], last["status"]) == ("finished", "stopped")
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        assert store.runs("egen")[0].status == "stopped"
        assert store.document_counts()["egen"] == last["outcomes"]["indexed"] > 3
        outcomes = [state.outcome for state in store.url_states("egen")]
    assert outcomes.count(Outcome.NOT_VISITED) == last["outcomes"]["not_visited"] > 0


def test_a_job_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    for text in ("", "[]", '{"agencies": ["x"], "settings": {"registry": "/nowhere.toml"}}'):
        done = fetch(text)
        assert done.returncode == 2
        assert json.loads(done.stdout)["event"] == "error"


def test_a_full_disk_fails_the_run_and_loses_nothing(server: FaultServer, tmp_path: Path) -> None:
    for n in range(120):
        text = " ".join(f"ord{n}x{m}" for m in range(3000))
        server.routes[f"egen/{n or ''}"] = serve(page(f"Sida {n}", links(f"/{n + 1}") + f"<p>{text}</p>"))
    registry = agency_toml("egen", server.url("egen"), max_depth=100, concurrency=1)
    (tmp_path / "agencies.toml").write_text(registry, encoding="utf-8")
    limit = 700 * 1024  # bytes that any file of the process may have
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}"):
        pass
    done = fetch(
        json.dumps(job(tmp_path, ["egen"])),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    last = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, last["event"], last["status"]) == (1, "finished", "failed")
    assert "could not be written" in last["reason"]
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        saved = store.document_counts().get("egen", 0)
        assert saved == sum(state.outcome is Outcome.INDEXED for state in store.url_states("egen"))
    again = crawl(tmp_path, registry, ["egen"])
    assert again.finished("egen")["status"] == "finished"
    with PageStore(again.store_url) as store:
        assert store.runs("egen")[0].status == "finished"
        assert store.document_counts()["egen"] >= max(saved, 101)
