"""Do the administrators' pages let in whom they should, and do what they say? Over real sockets."""

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
import typer
from starlette.requests import Request
from typer.testing import CliRunner

from crawler.assignment import Origin, Scope
from crawler.outcomes import Outcome
from crawler.record import Doctype
from crawler.store import PageStore
from crawler.store.accounts import FREE_FAILURES, IDLE, Accounts, PasswordFlaw
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import login_session
from searchapi.admin.agencies import GROUPS
from searchapi.admin.door import Door, is_own
from searchapi.admin.login import _within
from searchapi.admin.texts import AdminTexts
from searchapi.commands import admin as admin_commands
from searchapi.errors import SearchApiError
from searchapi.form_body import MAX_BODY
from searchapi.settings import Settings
from tests.conftest import ROOT
from tests.integration.admin_site import FAILING, HELD, HOSTILE, LONG, NAME, PASSWORD, Browser, fill
from tests.integration.served import served

PAGES = (
    "/admin",
    "/admin?visa=atgard",
    "/admin?direkt=1",
    "/admin/losenord",
    "/admin/myndigheter/ekdal",
    "/admin/myndigheter/ekdal?utfall=timeout",
    "/admin/myndigheter/ekdal?sida=2",
    "/admin/myndigheter/ekdal?sida=99999&utfall=nonsens",
    "/admin/myndigheter/mark-by",
    "/admin/bestall?myndighet=ekdal&vad=agency",
    "/admin/bestall?myndighet=ekdal&vad=host&mal=moten.ekdal.example",
    "/admin/bestall?myndighet=ekdal&vad=section&mal=https://www.ekdal.example/fel",
    f"/admin/bestall?myndighet=ekdal&vad=url&mal={quote(LONG, safe='')}&skal={quote(HOSTILE)}",
    "/admin/bestallningar",
    "/admin/bestallningar?status=pending",
    "/admin/bestallningar/1",
    "/admin/bestallningar/1?direkt=1",
    "/admin/bestallningar/1/avbryt",
    "/admin/korningar",
    "/admin/korningar?status=held",
    "/admin/korningar?status=nonsens",
    *(f"/admin/korningar/{number}" for number in range(1, 8)),
    f"/admin/korningar/{HELD}/slapp",
    f"/admin/korningar/{HELD}/forkasta",
    "/admin/adress",
    f"/admin/adress?url={quote(FAILING, safe='')}",
    "/admin/adress?url=www.ekdal.example/elaka-ord",
    "/admin/adress?url=https://www.ekdal.example/fel/3",
    "/admin/adress?url=https://annan.example/",
    "/admin/aterkoppling",
    "/admin/logg",
    "/admin/logg?fore=3",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("admin"))


@pytest.fixture(scope="module")
def kept_store(settings: Settings) -> Iterator[PageStore]:
    with PageStore(settings.store_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[int]:
    with served(settings) as number:
        yield number


@pytest.fixture(scope="module")
def first_state(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(settings.data_dir / "store.sqlite3")) as original:
            original.backup(copy)
        yield copy


@pytest.fixture
def store(kept_store: PageStore, settings: Settings, first_state: sqlite3.Connection) -> PageStore:
    """The store as it was in the beginning, whatever the test before did to it."""
    with closing(sqlite3.connect(settings.data_dir / "store.sqlite3", timeout=30)) as target:
        first_state.backup(target)
    return kept_store


@pytest.fixture
def port(server: int, store: PageStore) -> int:
    return server


@pytest.fixture
def browser(port: int) -> Browser:
    return Browser(port)


@pytest.fixture
def inside(browser: Browser, store: PageStore) -> Browser:
    browser.enter(store)
    return browser


# --- the door ---


def _request(peer: str, headers: dict[str, str], scheme: str = "http") -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": scheme, "path": "/admin", "query_string": b"", "server": ("x", 80)}
    return Request({**scope, "headers": raw, "client": (peer, 5) if peer else None})


@pytest.mark.parametrize(
    ("peer", "headers", "opens"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8000"}, True),
        ("::1", {"host": "[::1]:8000"}, True),
        ("::ffff:127.0.0.1", {"host": "localhost"}, True),
        ("127.0.0.1", {"host": "sok.localhost:8000"}, True),
        ("127.0.0.1", {"host": "sok.kommun.example"}, True),
        ("127.0.0.1", {"host": "ond.example"}, False),
        ("127.0.0.1", {"host": "127.0.0.1.ond.example"}, False),
        ("127.0.0.1", {"host": "ond.example@localhost"}, False),
        ("127.0.0.1", {"host": "localhost:0x"}, False),
        ("127.0.0.1", {"host": "192.0.2.7"}, False),
        ("127.0.0.1", {}, False),
        ("192.0.2.7", {"host": "localhost"}, False),
        ("", {"host": "localhost"}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"host": "localhost", "x-real-ip": "127.0.0.1"}, False),
    ],
)
def test_the_door_opens_to_this_machine_alone(peer: str, headers: dict[str, str], opens: bool) -> None:
    door = Door(Settings(public_url="https://sok.kommun.example"))
    assert door.opens(_request(peer, headers)) is opens


def test_behind_a_proxy_the_last_address_counts() -> None:
    class Behind(Settings):
        admin_networks: tuple[str, ...] = ("10.1.0.0/16",)
        admin_behind_proxy: bool = True

    door = Door(Behind(public_url="https://sok.kommun.example"))
    host = {"host": "sok.kommun.example"}
    assert door.opens(_request("10.1.2.3", {**host, "x-forwarded-for": "192.0.2.1, 10.1.2.3"}))
    assert not door.opens(_request("10.1.2.3", {**host, "x-forwarded-for": "10.1.2.3, 192.0.2.1"}))
    assert not door.opens(_request("10.1.2.3", {**host, "x-forwarded-for": "10.1.2.3, nonsens"}))
    assert not door.opens(_request("127.0.0.1", host))
    assert door.is_https(_request("10.1.2.3", host))
    assert not door.is_https(_request("10.1.2.3", {"host": "localhost"}))
    assert door.is_https(_request("10.1.2.3", {"host": "localhost", "x-forwarded-proto": "https"}))


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://localhost:8000"}, True),
        ({}, True),
        ({"origin": "http://localhost:8010"}, False),
        ({"origin": "http://ond.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[localhost:8000"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://localhost:8000", "sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
    ],
)
def test_forms_of_other_sites_are_told_apart(headers: dict[str, str], own: bool) -> None:
    assert is_own(_request("127.0.0.1", {"host": "localhost:8000", **headers})) is own


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "WHATEVER"])
@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Host": "ond.example"}])
def test_who_may_not_come_sees_nothing(browser: Browser, headers: dict[str, str], method: str) -> None:
    for path in ("/admin", "/admin/logga-in", "/admin/bestall", "/admin/finns-inte"):
        refused = browser.ask(method, path, headers)
        nothing = browser.ask(method, path.replace("admin", "nimda"), headers)
        assert refused.status == 404
        assert refused.text.replace("admin", "nimda") == nothing.text
        told = [
            {name: value for name, value in reply.headers.items() if name != "date"}
            for reply in (refused, nothing)
        ]
        assert told[0] == told[1], "no header tells that there is more"


# --- login ---


def test_without_a_login_every_page_leads_to_it(browser: Browser) -> None:
    for path in PAGES:
        reply = browser.get(path)
        assert (reply.status, reply.text) == (303, ""), path
        assert reply.headers["location"].startswith("/admin/logga-in"), path
    assert browser.get("/admin/finns-inte").status == 303
    assert browser.post("/admin/bestall", {"myndighet": "ekdal"}).headers["location"] == "/admin/logga-in"


def test_login_leads_where_one_wanted_to_go(browser: Browser, store: PageStore) -> None:
    where = browser.get("/admin/myndigheter/ekdal?utfall=timeout").headers["location"]
    page = browser.get(where)
    assert "/admin/myndigheter/ekdal?utfall=timeout" in page.text
    reply = browser.login(till="/admin/myndigheter/ekdal?utfall=timeout")
    assert reply.headers["location"] == "/admin/myndigheter/ekdal?utfall=timeout"
    assert browser.get("/admin").status == 200
    assert [entry.who for entry in Audit(store).entries(action="login")] == [NAME]


@pytest.mark.parametrize(
    "till",
    [
        "https://ond.example/",
        "//ond.example/admin/",
        "/\\ond.example",
        "javascript:alert(1)",
        "/sok",
        "",
        "/adminx",
        "/admin/logga-in",
        "/admin/x\r\nSet-Cookie: a=b",
    ],
)
def test_login_leads_nowhere_else(till: str) -> None:
    assert _within(till) == "/admin"


def test_the_cookie_is_for_these_pages_and_no_script(browser: Browser, store: PageStore) -> None:
    reply = browser.login()
    cookie = next(one for one in reply.cookies if one.startswith("medborgarsok_admin="))
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/admin"} <= parts
    assert "secure" not in parts, "over plain http a browser would not send it back"
    with store.reading() as connection:
        kept = connection.scalar(sa.select(login_session.c.key_hash))
    assert kept is not None
    assert kept not in cookie
    assert len(browser.cookies["medborgarsok_admin"]) >= 43


def test_over_https_the_cookie_is_secure(settings: Settings) -> None:
    told = settings.model_copy(update={"public_url": "https://sok.kommun.example"})
    with served(told) as number:
        reply = Browser(number).get("/admin/logga-in", Host="sok.kommun.example")
    assert reply.status == 200
    assert all("; Secure" in cookie for cookie in reply.cookies)


def test_wrong_names_and_passwords_are_answered_alike(browser: Browser) -> None:
    def told(name: str, password: str) -> tuple[int, str]:
        reply = browser.login(password, name)
        return reply.status, re.sub(r'value="[^"]*"', "", reply.text)

    wrong = told(NAME, "fel")
    assert wrong[0] == 403
    assert told("finns-inte", "fel") == wrong
    assert told("<b>", "") == wrong
    assert "medborgarsok_admin" not in browser.cookies


def test_after_some_failures_the_right_password_waits_too(browser: Browser) -> None:
    for _ in range(FREE_FAILURES):
        assert browser.login("fel").status == 403
    assert browser.login().status == 403, "locked"
    assert browser.get("/admin").status == 303


def test_guesses_side_by_side_gain_nothing(port: int, store: PageStore) -> None:
    def guess(n: int) -> int:
        return Browser(port).login(f"fel nummer {n}").status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(guess, range(FREE_FAILURES + 3)))
    assert statuses <= {403, 503}
    locked = Accounts(store).all()[0]
    assert locked.locked_until is not None
    assert locked.failures == FREE_FAILURES, "what came while it was locked is not counted"


def test_logout_ends_the_session_in_the_store_too(inside: Browser) -> None:
    kept = dict(inside.cookies)
    token = inside.get("/admin").token
    reply = inside.post("/admin/logga-ut", {"token": token})
    assert (reply.status, reply.headers["location"]) == (303, "/admin/logga-in?ut=1")
    inside.cookies = kept
    assert inside.get("/admin").status == 303, "the old cookie opens nothing"


def test_an_idle_session_ends_though_its_page_renews_itself(inside: Browser, store: PageStore) -> None:
    almost = datetime.now(UTC) - IDLE + timedelta(minutes=1)
    with store.writing() as connection:
        connection.execute(sa.update(login_session).values(seen=almost))
    page = inside.get("/admin?direkt=1")
    assert page.headers["refresh"] == "10"
    with store.reading() as connection:
        seen = connection.scalar(sa.select(login_session.c.seen))
    assert seen is not None
    assert seen.replace(tzinfo=UTC) == almost
    with store.writing() as connection:
        connection.execute(sa.update(login_session).values(seen=almost - timedelta(minutes=2)))
    assert inside.get("/admin").status == 303


def test_the_password_can_be_changed(inside: Browser, store: PageStore) -> None:
    other = Browser(inside.port)
    other.enter(store)
    token = inside.get("/admin/losenord").token
    new = "ett helt annat lösenord"
    fields = {"token": token, "nuvarande": PASSWORD, "nytt": new, "igen": new}
    for changed, why in (
        ({"nuvarande": "fel"}, "password.wrong"),
        ({"igen": new + "x"}, "password.differ"),
        ({"nytt": "kort", "igen": "kort"}, "password.too_short"),
    ):
        reply = inside.post("/admin/losenord", {**fields, **changed})
        assert reply.status == 403
        assert AdminTexts.read()(why) in reply.text
    reply = inside.post("/admin/losenord", fields)
    assert reply.headers["location"] == "/admin?klart=losenord"
    assert inside.get("/admin").status == 200
    assert other.get("/admin").status == 303, "other logins have ended"
    assert Browser(inside.port).login().status == 403
    assert Browser(inside.port).login(new).status == 303


# --- forms ---

POSTS = (
    "/admin/logga-ut",
    "/admin/losenord",
    "/admin/bestall",
    "/admin/bestallningar/1/avbryt",
    f"/admin/korningar/{HELD}/slapp",
    f"/admin/korningar/{HELD}/forkasta",
)


@pytest.mark.parametrize("path", POSTS)
def test_no_form_without_its_token_or_from_elsewhere_does_anything(
    inside: Browser, store: PageStore, path: str
) -> None:
    fields = {"myndighet": "ekdal", "vad": "agency"}
    token = inside.get("/admin").token
    stranger = Browser(inside.port)
    stranger.enter(store)
    before = len(Audit(store).entries())
    assert inside.post(path, fields).status == 403
    assert inside.post(path, {**fields, "token": "0" * 64}).status == 403
    assert inside.post(path, {**fields, "token": stranger.get("/admin").token}).status == 403
    for headers in ({"Origin": "http://ond.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        assert inside.post(path, {**fields, "token": token}, headers).status == 403
    assert len(Audit(store).entries()) == before
    assert store.run(HELD).status == "held"
    assert [one.status for one in RecrawlQueue(store).requests()] == ["pending"]
    assert inside.get("/admin").status == 200


def test_the_login_form_is_ours_alone_too(browser: Browser) -> None:
    token = browser.get("/admin/logga-in").token
    fields = {"namn": NAME, "losenord": PASSWORD, "token": token}
    assert browser.post("/admin/logga-in", fields, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert Browser(browser.port).post("/admin/logga-in", fields).status == 403, "another browser's token"
    assert browser.post("/admin/logga-in", {**fields, "token": ""}).status == 403
    assert browser.post("/admin/logga-in", fields).status == 303


def test_forms_are_bounded_and_of_one_kind(inside: Browser) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert inside.ask("POST", "/admin/bestall", form, b"a=" + b"x" * MAX_BODY).status == 413
    assert inside.ask("POST", "/admin/bestall", form, b"a=1&" * 60).status == 400
    assert inside.ask("POST", "/admin/bestall", form, b"a=\xff").status in {400, 403}
    assert inside.ask("POST", "/admin/bestall", {"Content-Type": "text/plain"}, b"a=1").status == 400
    assert inside.ask("PUT", "/admin/bestall").status == 405
    assert inside.ask("GET", "/admin/logga-ut").headers["allow"] == "POST"
    assert inside.get("/admin/finns-inte").status == 404
    assert inside.get("/admin/myndigheter/finns-inte").status == 404
    assert inside.get("/admin/korningar/999").status == 404
    assert inside.get("/admin/bestallningar/999").status == 404
    assert inside.get("/admin/adress?url=http://[").status == 400


# --- pages ---


def test_pages_are_kept_nowhere_and_no_text_of_a_site_becomes_markup(inside: Browser) -> None:
    for path in PAGES:
        reply = inside.get(path)
        assert reply.status == 200, path
        assert reply.headers["cache-control"] == "no-store"
        assert "script-src" not in reply.headers["content-security-policy"]
        assert "<script" not in reply.text, path
        assert "<img" not in reply.text, path
        assert "style=" not in reply.text, path
        assert not re.search(r'(href|action)="(?!/|#|https?://)', reply.text), path
        assert "Macro" not in reply.text, path
    assert inside.get("/sok?q=bygglov").headers["content-security-policy"].count("script-src 'self'") == 1


def test_the_overview_tells_what_needs_somebody(inside: Browser) -> None:
    page = inside.get("/admin").text
    rows = {
        re.search(r"/myndigheter/([a-z-]+)", row)[1]: row  # type: ignore[index]
        for row in re.findall(r'<tr role="row">\s*<th role="rowheader".*?</tr>', page, re.S)
    }
    texts = AdminTexts.read()
    for agency, state in (
        ("vuxen", "stuck"),
        ("mark-by", "held"),
        ("region-skog", "failing"),
        ("ekdal", "crawling"),
    ):
        assert f'badge-{state}">{texts(f"state.{state}")}<' in rows[agency], agency
    assert list(rows) == ["vuxen", "mark-by", "region-skog", "ekdal"], "the worst first"
    assert re.findall(r'data-label="Fel">(?:<a[^>]*>)?(\d+)', rows["ekdal"]) == ["121"]
    assert re.findall(r'data-label="Inte besökta">(\d+)', rows["ekdal"]) == ["1"]
    assert "annan-maskin:17:4" in page
    assert page.count(texts("overview.worker_dead")) == 1
    assert "ekdal" not in re.findall(r"/myndigheter/([a-z-]+)\"", inside.get("/admin?visa=atgard").text)[:3]


def test_failures_are_paged_and_chosen_by_outcome(inside: Browser) -> None:
    def urls(query: str) -> list[str]:
        text = inside.get(f"/admin/myndigheter/ekdal{query}").text
        return re.findall(r'<th scope="row"><a class="url" href="/admin/adress\?url=([^"]+)"', text)

    every = urls("") + urls("?sida=2") + urls("?sida=3")
    assert len(every) == len(set(every)) == 121
    timeouts = urls(f"?utfall={Outcome.TIMEOUT}")
    assert quote(FAILING, safe="") in timeouts
    assert 1 < len(timeouts) < 20


def test_a_recrawl_is_confirmed_asked_for_once_and_noted(inside: Browser, store: PageStore) -> None:
    query = {
        "myndighet": "ekdal",
        "vad": "section",
        "mal": "https://www.ekdal.example/fel",
        "skal": "ny meny",
    }
    page = inside.get(f"/admin/bestall?{urlencode(query)}")
    assert "Ekdals kommun" in page.text
    assert "<dd>120</dd>" in page.text, "how many pages are meant"
    assert len(RecrawlQueue(store).requests()) == 1, "nothing is asked for yet"
    first = inside.post("/admin/bestall", {**query, "token": page.token})
    again = inside.post("/admin/bestall", {**query, "token": page.token})
    assert first.headers["location"] == "/admin/bestallningar/2?ny=1"
    assert again.headers["location"] == "/admin/bestallningar/2?ny=0"
    request = RecrawlQueue(store).get(2)
    assert request is not None
    assert (request.requester, request.reason, request.origin) == (NAME, "ny meny", "page")
    assert request.target == "https://www.ekdal.example/fel"
    noted = Audit(store).entries(action="recrawl")
    assert [(one.who, one.target) for one in noted] == [(NAME, "https://www.ekdal.example/fel")]
    cancel = inside.get("/admin/bestallningar/2/avbryt")
    for _ in range(2):
        inside.post("/admin/bestallningar/2/avbryt", {"token": cancel.token})
    assert RecrawlQueue(store).get(2).status == "cancelled"  # type: ignore[union-attr]
    assert len(Audit(store).entries(action="cancel_request")) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"myndighet": "finns-inte", "vad": "agency"},
        {"myndighet": "ekdal", "vad": "allt"},
        {"myndighet": "ekdal", "vad": "host", "mal": "www.alno.example"},
        {"myndighet": "ekdal", "vad": "host", "mal": "https://www.ekdal.example/"},
        {"myndighet": "ekdal", "vad": "host", "mal": "vuxen"},
        {"myndighet": "ekdal", "vad": "url", "mal": "www.ekdal.example"},
        {"myndighet": "ekdal", "vad": "url", "mal": "file:///etc/passwd"},
        {"myndighet": "ekdal", "vad": "url", "mal": "http://169.254.169.254/"},
        {"myndighet": "ekdal", "vad": "section", "mal": HOSTILE},
        {},
    ],
)
def test_only_what_is_the_agencys_can_be_asked_for(
    inside: Browser, store: PageStore, query: dict[str, str]
) -> None:
    token = inside.get("/admin").token
    assert inside.get(f"/admin/bestall?{urlencode(query)}").status == 400
    assert inside.post("/admin/bestall", {**query, "token": token}).status == 400
    assert len(RecrawlQueue(store).requests()) == 1


@pytest.mark.parametrize(("path", "status", "left"), [("slapp", "released", 0), ("forkasta", "discarded", 3)])
def test_a_held_run_is_judged_once(
    inside: Browser, store: PageStore, path: str, status: str, left: int
) -> None:
    page = inside.get(f"/admin/korningar/{HELD}/{path}")
    assert "3 sidor hos Alnö stad" in page.text
    assert store.run(HELD).status == "held", "asking changes nothing"
    for _ in range(2):
        reply = inside.post(f"/admin/korningar/{HELD}/{path}", {"token": page.token})
        assert reply.status == 303
    assert store.run(HELD).status == status
    assert store.document_counts().get("mark-by", 0) == left
    assert [entry.who for entry in Audit(store).entries() if entry.action.endswith("_run")] == [NAME]
    assert inside.get(f"/admin/korningar/{HELD}/{path}").status == 303, "there is nothing to judge any more"


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://www.ekdal.example/fel/3", "not_found"),
        ("https://www.ekdal.example/aldrig-sedd", "unknown"),
        ("https://annan.example/", "no_agency"),
        ("https://www.ekdal.example/elaka-ord", "soon"),
        ("https://www.alno.example/bygglov", "found"),
        (LONG, "waiting"),
    ],
)
def test_an_address_is_told_why_it_is_found_or_not(inside: Browser, url: str, verdict: str) -> None:
    page = inside.get(f"/admin/adress?url={quote(url, safe='')}").text
    assert AdminTexts.read()(f"verdict.{verdict}") in page


def test_a_run_tells_what_can_be_done(inside: Browser) -> None:
    page = inside.get("/admin/korningar/2").text
    assert AdminTexts.read()("warning.slow") in page
    assert "answers slowly &#34;&#39;&gt;&lt;script&gt;" in page, "the site's own words, and only words"
    assert "7,2\N{NO-BREAK SPACE}s" in page


def test_a_store_that_cannot_be_read_is_told(settings: Settings, tmp_path: Path) -> None:
    broken = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}"})
    with served(broken) as number:
        reply = Browser(number).get("/admin")
    assert reply.status == 503
    assert "page store" in reply.text


def test_every_text_is_there_and_used() -> None:
    names = AdminTexts.read().names()
    folders = (("frontend/templates/admin", "*.html"), ("searchapi/admin", "*.py"))
    source = "".join(
        path.read_text("utf-8") for folder, pattern in folders for path in (ROOT / folder).glob(pattern)
    )
    named = set(re.findall(r"texts\(['\"]([a-z_]+\.[a-z_]+)['\"][,) ]", source))
    named |= {f"{key}.other" for key in re.findall(r"texts\.count\(['\"]([a-z_.]+)['\"],", source)}
    named |= {f"outcome.{outcome}" for outcome in Outcome} | {f"doctype.{doctype}" for doctype in Doctype}
    named |= {f"scope.{scope}" for scope in Scope} | {f"origin.{origin}" for origin in Origin}
    named |= {f"password.{flaw}" for flaw in PasswordFlaw} | {f"group.{group}" for group in GROUPS}
    assert len(named) > 150
    assert named <= names, named - names
    chosen_by_value = (
        *(
            "action",
            "changes",
            "feedback_column",
            "format",
            "judge",
            "month",
            "nav",
            "outcome_help",
            "password",
            "problem",
        ),
        *("request_status", "run_status", "run_status_help", "state", "state_help", "strip", "told"),
        *("warning", "worker_kind"),
    )
    for key in names - named:
        family, _, rest = key.removesuffix(".one").removesuffix(".other").partition(".")
        used = family in chosen_by_value or f"{family}.{rest}" in source or f'"{rest}"' in source
        assert used, f"{key} is used nowhere"


# --- the command line ---


def _run(*arguments: str, given: str = "") -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    admin_commands.register(app)
    ended = CliRunner().invoke(app, ["admin", *arguments], input=given)
    told = ended.output + str(ended.exception or "")
    assert ended.exception is None or isinstance(ended.exception, SearchApiError), told
    return ended.exit_code, told


def test_accounts_are_made_shown_and_closed_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDBORGARSOK_DATA_DIR", str(tmp_path))
    stdin = "--password-stdin"
    code, told = _run("create-user", "åsa", stdin, given="ett långt lösenord\n")
    assert code == 0, told
    assert "ett långt" not in told
    with PageStore(Settings().store_url) as store:
        assert Accounts(store).check("åsa", "ett långt lösenord", datetime.now(UTC))
    for arguments, given, why in (
        (("create-user", "åsa", stdin), "ett annat lösenord\n", "--replace"),
        (("create-user", "nils", stdin), "kort\n", "12 signs"),
        (("create-user", "nils", stdin), "", "12 signs"),
        (("create-user", "nils"), "", "--password-stdin"),
        (("create-user", "n i l s", stdin), "ett annat lösenord\n", "account's name"),
        (("disable-user", "nils"), "", "admin users"),
    ):
        code, told = _run(*arguments, given=given)
        assert code != 0
        assert why in told
    code, told = _run("create-user", "åsa", stdin, "--replace", given="ett annat lösenord\n")
    assert code == 0, told
    assert _run("disable-user", "åsa")[0] == 0
    with PageStore(Settings().store_url) as store:
        assert not Accounts(store).check("åsa", "ett annat lösenord", datetime.now(UTC))
        assert [one.disabled for one in Accounts(store).all()] == [True]
        actions = [entry.action for entry in reversed(Audit(store).entries())]
    assert actions == ["create_user", "replace_user", "disable_user"]
    assert _run("users")[0] == 0
