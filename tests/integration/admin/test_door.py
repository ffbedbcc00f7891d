"""Who comes to the administrators' pages, how do they log in, and which forms are taken?"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from starlette.requests import Request

from crawler.store import PageStore
from crawler.store.accounts import FREE_FAILURES, IDLE, Accounts
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import login_session
from searchapi.admin.door import Door, is_own
from searchapi.admin.login import _within
from searchapi.admin.texts import AdminTexts
from searchapi.form_body import MAX_BODY
from searchapi.settings import Settings
from tests.integration.admin_site import HELD, NAME, PAGES, PASSWORD, Browser
from tests.integration.served import served


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
        while (status := Browser(port).login(f"fel nummer {n}").status) == 503:
            pass  # too many at a time: told to try again, which a guesser would
        return status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(FREE_FAILURES + 3))) == {403}
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
