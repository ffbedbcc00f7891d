"""Does a crawl that comes again see what came, changed, moved and went, and ask for no more than it must?

All sites are crawled side by side, three times; each test looks at what became of one of them.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.outcomes import Outcome
from crawler.store import RunSummary, UrlState
from crawler.store.schema import crawl_run, url_state
from tests.integration.answers import Asked, Handler, links, page, plain, redirect, serve
from tests.integration.crawling import Crawled, agency_toml, crawl
from tests.integration.faultserver import FaultServer
from tests.integration.working import ask, opened, over, worker
from tests.waiting import until

_SITES = ("karta", "borta", "mjuk", "start", "vakt", "regler", "skriv", "pushad")
_MAPPED = 60
_GUARDED = 30


@dataclass
class Look:
    """What one crawl of all sites left behind, and what it asked for."""

    states: dict[str, UrlState]
    documents: set[str]
    asked: list[tuple[str, str]]
    """(site, path) of each request."""
    runs: dict[str, RunSummary] = field(default_factory=dict)

    def paths(self, site: str) -> list[str]:
        return [path for name, path in self.asked if name == site]


@dataclass
class Story:
    """The three crawls, and what the scheduled and asked-for runs after them did."""

    server: FaultServer
    folder: Path
    looks: list[Look] = field(default_factory=list)

    def url(self, site: str, path: str = "/") -> str:
        return self.server.url(site, path)

    def outcomes(self, site: str, path: str) -> list[Outcome]:
        return [look.states[self.url(site, path)].outcome for look in self.looks]

    def stands(self, site: str, path: str) -> list[bool]:
        return [self.url(site, path) in look.documents for look in self.looks]

    def look(self, since: int) -> Look:
        with opened(self.folder) as store:
            return Look(
                {state.url: state for site in _SITES for state in store.url_states(site)},
                {row.record.url for row in store.documents()},
                [(asked.host.partition(".")[0], asked.path) for asked in self.server.requests[since:]],
                {site: store.runs(site)[0] for site in _SITES if store.runs(site)},
            )


# --- the sites ---


def _sitemap(entries: dict[str, str]) -> Handler:
    rows = "".join(f"<url><loc>{path}</loc><lastmod>{day}</lastmod></url>" for path, day in entries.items())
    return serve(f"<urlset>{rows}</urlset>".encode(), kind="application/xml")


def _days() -> dict[str, str]:
    first = datetime.now(UTC) - timedelta(days=400)
    return {f"/m/{n}": (first + timedelta(days=n)).date().isoformat() for n in range(_MAPPED)}


def _ignoring_case(pages: dict[str, bytes]) -> Handler:
    async def handler(asked: Asked, writer: asyncio.StreamWriter) -> None:
        body = pages.get(asked.path.partition("?")[0].lower())
        if body is None:
            await plain(writer, b"", status="404 Not Found")
        else:
            await plain(writer, body)

    return handler


def _build(server: FaultServer) -> None:
    routes = server.routes
    routes["karta/"] = serve(page("Karta", links("/utanför")))
    routes["karta/utanf%C3%B6r"] = serve(page("Utanför kartan"))
    routes["karta/sitemap.xml"] = _sitemap(_days())
    for n in range(_MAPPED):
        routes[f"karta/m/{n}"] = serve(page(f"Ur kartan {n}"))

    gone = ("/borttagen", "/saknad", "/noindex", "/robots", "/flyttad", "/tillfallig", "/500", "/hanger")
    routes["borta/"] = serve(page("Borta", links(*gone, "/dubblett?id=1", "/dubblett")))
    for path in gone:
        routes[f"borta{path}"] = serve(page(f"Finns {path}"))
    routes["borta/dubblett"] = serve(page("Två adresser"))

    for site, missing in (("mjuk", None), ("start", "/")):
        routes[f"{site}/robots.txt"] = serve(b"", status="404 Not Found")
        routes[f"{site}/sitemap.xml"] = serve(b"", status="404 Not Found")
        routes[f"{site}/"] = serve(page(f"Välkommen till {site}", links("/kvar", "/forsvinner")))
        routes[f"{site}/kvar"] = serve(page("Kvar", "<p>Om det som blir kvar i kommunen.</p>"))
        routes[f"{site}/forsvinner"] = serve(page("Försvinner", "<p>Om det som inte blir kvar länge.</p>"))
        body = b"<title>Sidan finns inte</title><h1>Sidan finns inte</h1><p>Ring kontaktcenter.</p>"
        routes[f"{site}/*"] = redirect(missing) if missing else serve(body)

    guarded = [f"/v/{n}" for n in range(_GUARDED)]
    routes["vakt/"] = serve(page("Vakt", links(*guarded)))
    for path in guarded:
        routes[f"vakt{path}"] = serve(page(f"Bevakad {path}"))

    routes["regler/*"] = _ignoring_case(
        {"/": page("Regler", links("/Bygga/Altan?utskrift=1")), "/bygga/altan": page("Altan")}
    )

    routes["skriv/"] = serve(page("Skrivsätt", links("/s/0")))
    for n in range(40):
        more = links(f"/s/{n}?visning=stor", f"/s/{n + 1}") if n < 39 else ""
        routes[f"skriv/s/{n}"] = serve(page(f"Skriven {n}", more))

    routes["pushad/"] = serve(page("Pushad", links("/skickad")))
    routes["pushad/skickad"] = serve(page("Skickad av myndigheten"))


def _change(server: FaultServer) -> None:
    """What the sites' people do between the first and the second crawl."""
    routes = server.routes
    days = _days()
    del days["/m/3"]
    days["/m/5"] = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    routes["karta/sitemap.xml"] = _sitemap(days)
    routes["karta/m/5"] = serve(page("Ur kartan 5, ändrad"))

    del routes["borta/saknad"]
    routes["borta/borttagen"] = serve(b"", status="410 Gone")
    routes["borta/noindex"] = serve(page("Finns /noindex", head='<meta name="robots" content="noindex">'))
    routes["borta/robots.txt"] = serve(b"User-agent: *\nDisallow: /robots\n", kind="text/plain")
    routes["borta/flyttad"] = redirect("/hit", "301 Moved Permanently")
    routes["borta/hit"] = serve(page("Finns /flyttad"))
    routes["borta/tillfallig"] = redirect("/underhall", "302 Found")
    routes["borta/underhall"] = serve(page("Underhåll pågår"))
    routes["borta/500"] = serve(b"", status="500 Internal Server Error")

    async def hang(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    routes["borta/hanger"] = hang
    for site in ("mjuk", "start"):
        del routes[f"{site}/forsvinner"]
    for n in range(_GUARDED):
        routes[f"vakt/v/{n}"] = serve(b"", status="410 Gone")


def _registry(server: FaultServer, *, later: bool = False) -> str:
    more: dict[str, dict[str, object]] = {
        "regler": {"drop_parameters": ["utskrift"], **({"ignore_case": True} if later else {})},
        "skriv": {"concurrency": 1, "max_depth": 100},
        "borta": {"concurrency": 4},
    }
    return "\n".join(
        agency_toml(site, server.url(site), **{"schedule": "never", **more.get(site, {})}) for site in _SITES
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("igen")
    with FaultServer() as server:
        _build(server)
        told = Story(server, folder)

        def again(*, later: bool) -> None:
            since = len(server.requests)
            crawled: Crawled = crawl(folder, _registry(server, later=later), _SITES, request_timeout=1.0)
            assert crawled.status == 0, crawled.messages
            assert "Traceback" not in crawled.messages, crawled.messages
            told.looks.append(told.look(since))

        again(later=False)
        with opened(folder) as store, store.writing() as connection:
            connection.execute(
                sa.update(url_state)
                .where(url_state.c.url == server.url("pushad", "/skickad"))
                .values(pushed=True)
            )
        _change(server)
        again(later=True)
        for n in range(_GUARDED):
            server.routes[f"vakt/v/{n}"] = serve(page(f"Bevakad /v/{n}"))
        again(later=True)
        yield told


# --- what became of them ---


def test_an_unchanged_site_with_a_trusted_sitemap_is_hardly_asked(story: Story) -> None:
    asked = story.looks[1].paths("karta")
    assert {"/m/5", "/m/3"} <= set(asked)  # the date moved; it left the sitemap
    assert story.outcomes("karta", "/m/5")[1] is Outcome.INDEXED
    assert story.outcomes("karta", "/m/3")[1:] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert story.stands("karta", "/m/3") == [True, True, True]
    # Some are visited to see whether the sitemap tells the truth: one of 25.
    assert len([path for path in asked if path.startswith("/m/")]) < _MAPPED / 3
    assert story.looks[1].runs["karta"].outcomes[Outcome.NOT_DUE] > _MAPPED / 2


@pytest.mark.parametrize(
    ("path", "outcome", "stands"),
    [
        ("/borttagen", Outcome.GONE, [True, False, False]),
        ("/noindex", Outcome.NOINDEX, [True, False, False]),
        ("/robots", Outcome.ROBOTS_DENIED, [True, False, False]),
        ("/flyttad", Outcome.REDIRECTED, [True, False, False]),
        ("/saknad", Outcome.NOT_FOUND, [True, True, False]),
        ("/tillfallig", Outcome.REDIRECTED, [True, True, False]),
        ("/500", Outcome.HTTP_ERROR, [True, True, True]),
        ("/hanger", Outcome.TIMEOUT, [True, True, True]),
    ],
)
def test_removal_is_neither_hasty_nor_slow(
    story: Story, path: str, outcome: Outcome, stands: list[bool]
) -> None:
    assert story.outcomes("borta", path) == [Outcome.INDEXED, outcome, outcome]
    assert story.stands("borta", path) == stands


def test_a_banned_page_is_not_asked_for(story: Story) -> None:
    assert "/robots" not in story.looks[1].paths("borta")


def test_links_to_a_moved_page_count_for_its_new_address(story: Story) -> None:
    new = story.url("borta", "/hit")
    assert new in story.looks[1].documents
    with opened(story.folder) as store:
        assert "Läs om /flyttad" in store.link_texts(["borta.fault.localhost"])[new]


@pytest.mark.parametrize("site", ["mjuk", "start"])
def test_a_page_that_only_says_that_there_is_none_goes_as_one_not_found(story: Story, site: str) -> None:
    assert story.outcomes(site, "/forsvinner") == [Outcome.INDEXED, Outcome.SOFT_404, Outcome.SOFT_404]
    assert story.stands(site, "/forsvinner") == [True, True, False]
    assert story.stands(site, "/kvar") == [True, True, True]
    assert story.stands(site, "/") == [True, True, True]


def test_a_run_that_lost_everything_is_held_and_a_good_one_takes_its_place(story: Story) -> None:
    assert [look.runs["vakt"].status for look in story.looks] == ["finished", "held", "finished"]
    for look in story.looks:
        assert sum(url.startswith(story.url("vakt", "/v/")) for url in look.documents) == _GUARDED
    with opened(story.folder) as store:
        assert [run.status for run in store.runs("vakt")] == ["finished", "superseded", "finished"]


def test_rules_of_the_registry_hold_and_new_ones_move_what_is_there(story: Story) -> None:
    assert story.stands("regler", "/Bygga/Altan") == [True, False, False]
    assert story.outcomes("regler", "/Bygga/Altan")[1] is Outcome.REDIRECTED
    assert story.stands("regler", "/bygga/altan")[1:] == [True, True]
    assert not any("utskrift" in path for path in story.looks[0].paths("regler"))
    assert "/Bygga/Altan" not in story.looks[1].paths("regler")


def test_writings_that_were_learned_to_be_the_same_are_not_fetched(story: Story) -> None:
    first, second = (
        [path for path in look.paths("skriv") if path.endswith("visning=stor")] for look in story.looks[:2]
    )
    assert 5 <= len(set(first)) < 20  # of 40: five prove it, some try it out
    assert len(second) < len(first)
    assert story.looks[1].runs["skriv"].status == "finished"


def test_what_the_agency_sends_itself_is_not_crawled(story: Story) -> None:
    assert "/skickad" in story.looks[0].paths("pushad")
    assert "/skickad" not in story.looks[1].paths("pushad") + story.looks[2].paths("pushad")
    assert story.stands("pushad", "/skickad") == [True, True, True]


# --- runs by schedule, and of parts ---


def _later(folder: Path, *, due: str = "") -> None:
    """Two hours pass for the runs; and the time comes to visit a page."""
    with opened(folder) as store, store.writing() as connection:
        for row in connection.execute(sa.select(crawl_run.c.id, crawl_run.c.started)).all():
            started = row.started - timedelta(hours=2)
            connection.execute(
                sa.update(crawl_run).where(crawl_run.c.id == row.id).values(started=started, finished=started)
            )
        if due:
            past = datetime.now(UTC) - timedelta(minutes=1)
            connection.execute(sa.update(url_state).where(url_state.c.url == due).values(next_visit=past))


def _states(folder: Path, agency: str) -> dict[str, UrlState]:
    with opened(folder) as store:
        return {state.url: state for state in store.url_states(agency)}


def test_a_planned_run_visits_what_is_due_and_what_nothing_leads_to_any_more(tmp_path: Path) -> None:
    with FaultServer() as server:
        plan, part = server.url("plan", ""), server.url("del", "")
        server.routes |= {
            "plan/": serve(page("Plan", links("/a", "/b", "/ensam", "/bort"))),
            **{f"plan/{name}": serve(page(f"Sida {name}")) for name in ("a", "b", "ensam", "bort")},
            "plan/robots.txt": serve(b"User-agent: *\nDisallow: /b$\n", kind="text/plain"),
            "del/": serve(page("Del", links("/bygga"))),
            "del/bygga": serve(page("Bygga", links("/bygga/altan", "/ute", server.url("del2")))),
            "del/bygga/altan": serve(page("Altan")),
            "del/ute": serve(page("Ute")),
            "del2/": serve(page("Andra värden", links("/mer", part + "/ute"))),
            "del2/mer": serve(page("Mer hos den andra")),
        }
        registry = agency_toml("plan", f"{plan}/", schedule="hourly") + agency_toml(
            "del", f"{part}/", schedule="never", hosts=["del.fault.localhost", "del2.fault.localhost"]
        )
        (tmp_path / "agencies.toml").write_text(registry, "utf-8")

        def planned(number: int) -> set[str]:
            since = len(server.requests)
            with worker(tmp_path), opened(tmp_path) as store:
                until(
                    lambda: [one.status for one in store.runs("plan")] == ["finished"] * number,
                    "a planned run",
                )
            return {asked.path for asked in server.requests[since:] if asked.host.startswith("plan.")}

        assert {"/", "/a", "/ensam", "/bort"} <= planned(1)
        assert _states(tmp_path, "plan")[f"{plan}/b"].outcome is Outcome.ROBOTS_DENIED

        server.routes["plan/"] = serve(page("Plan", links("/a", "/b")))
        server.routes["plan/robots.txt"] = serve(b"User-agent: *\nDisallow: /a$\n", kind="text/plain")
        del server.routes["plan/bort"]
        _later(tmp_path)
        # Nothing is due; but no page leads to two of them, and robots.txt allows another one.
        assert planned(2) & {"/", "/a", "/b", "/ensam", "/bort"} == {"/", "/b", "/ensam", "/bort"}
        states = _states(tmp_path, "plan")
        with opened(tmp_path) as store:
            documents = store.document_urls("plan")
        assert documents == {f"{plan}/", f"{plan}/b", f"{plan}/ensam", f"{plan}/bort"}  # /a is forbidden now
        assert states[f"{plan}/ensam"].outcome is Outcome.UNCHANGED
        assert states[f"{plan}/bort"].outcome is Outcome.NOT_FOUND

        _later(tmp_path, due=f"{plan}/b")
        assert planned(3) & {"/b", "/bort"} == {"/b", "/bort"}
        with opened(tmp_path) as store:
            assert store.document_urls("plan") == {f"{plan}/", f"{plan}/b", f"{plan}/ensam"}

        def asked_for(target: str, *, section: bool = False) -> set[str]:
            since = len(server.requests)
            request = ask(store, tmp_path, target, section=section)
            ended = until(lambda: over(store, request), f"the request for {target}")
            known = {"/", "/bygga", "/bygga/altan", "/ute", "/mer"}
            asked = {
                asked.host.partition(".")[0] + asked.path
                for asked in server.requests[since:]
                if asked.path in known
            }
            assert ended.status == "finished", ended.result
            return asked

        with worker(tmp_path), opened(tmp_path) as store:
            assert asked_for(f"{part}/bygga", section=True) == {"del/bygga", "del/bygga/altan"}
            outcomes = {url: state.outcome for url, state in _states(tmp_path, "del").items()}
            assert outcomes[f"{part}/ute"] is outcomes[server.url("del2")] is Outcome.NOT_VISITED
            assert asked_for("del2.fault.localhost") == {"del2/", "del2/mer"}
            assert asked_for("del2.fault.localhost") == {"del2/", "del2/mer"}
            assert _states(tmp_path, "del")[f"{part}/ute"].outcome is Outcome.NOT_VISITED
            with store.writing() as connection:
                pushed = sa.update(url_state).where(url_state.c.url == f"{part}/bygga")
                connection.execute(pushed.values(pushed=True))
            assert asked_for(f"{part}/bygga") == set()  # (the agency sends it itself)
