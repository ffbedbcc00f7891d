"""What do the tests of the administrators' pages share? A store in which everything has happened, served.

Everything in it is made up, and most of its texts are hostile.
"""

import http.client
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import sqlalchemy as sa

from crawler.assignment import Assignment, Origin, Scope
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, Evidence, RequestedUrl
from crawler.store import PageStore, Visit
from crawler.store.accounts import Accounts
from crawler.store.feedback import FeedbackBox, Said
from crawler.store.leases import Leases
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import crawl_run, document
from crawler.urls import canonicalise
from searchapi.settings import Settings
from tests.integration import small_federation

NAME, PASSWORD = "maja", "en lång räcka ord"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
LONG = canonicalise("https://www.ekdal.example/" + "mycket-lang-adress/" * 12 + f"sida?x={'1' * 150}")
FAILING = 'https://www.ekdal.example/trasig/"><script>alert(1)</script>'
HELD, RUNNING, STUCK = 5, 6, 7
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
"""Every page, in its states."""


def fill(folder: Path) -> Settings:
    """A registry, a store and an index under `folder`, an account, and a bit of everything to look at."""
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with PageStore(settings.store_url) as store:
        Accounts(store).create(NAME, PASSWORD, datetime.now(UTC), by="command line test")
        _happen(store)
    return settings


def _happen(store: PageStore) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    ago = now - timedelta(hours=3)
    box = FeedbackBox(store, 400)
    for said in (
        Said("ekdal", "sv", False, "simhall"),
        Said("ekdal", "sv", False, HOSTILE),
        Said("ekdal", "sv", None, "simhall", f"=HYPERLINK(1) {HOSTILE}"),
        Said("", "en", True, "tax"),
    ):
        box.add(said, now.date())
    first = store.begin_run("ekdal", ago, worker="")
    store.save_visits(first, [*_failures(ago), _well(ago)])
    store.finish_run(first, "finished", ago + timedelta(minutes=20))
    broken = store.begin_run("region-skog", ago)
    store.finish_run(broken, "failed", ago + timedelta(seconds=4), reason=f"no seed answered: {HOSTILE}")
    store.finish_run(store.begin_run("mark-by", ago), "finished", ago + timedelta(minutes=2))
    held = store.begin_run("mark-by", ago + timedelta(hours=1))
    store.finish_run(held, "finished", ago + timedelta(hours=2), reason="lost 3 of 3 documents")
    assert held == HELD
    living = Leases(store, "annan-maskin:17:4", 60)
    living.begin(now)
    living.renew(now, ["ekdal"])
    assert store.begin_run("ekdal", now, worker="annan-maskin:17:4") == RUNNING
    gone = Leases(store, "borta:18:5", 60)
    gone.begin(ago)
    section = Assignment("vuxen", Scope.SECTION, "https://www.vuxen.example/lag", Origin.PAGE)
    assert store.begin_run("vuxen", ago, assignment=section, worker="borta:18:5") == STUCK
    hosts = {
        "www.ekdal.example": {
            "requests": 40,
            "bytes": 1_200_000,
            "seconds": 33.5,
            "slowest": 7.25,
            "errors": 2,
        }
    }
    warnings = [
        {
            "code": "slow",
            "host": "www.ekdal.example",
            "message": f"www.ekdal.example answers slowly {HOSTILE}",
        }
    ]
    changes = {"new": 12, "changed": 3, "unchanged": 5, "not_due": 20, "removed": 1}
    with store.writing() as connection:
        connection.execute(
            sa.update(crawl_run)
            .where(crawl_run.c.id == first)
            .values(hosts=hosts, warnings=warnings, changes=changes, requests=1204, bytes=48_000_000)
        )
        connection.execute(
            sa.update(crawl_run).where(crawl_run.c.id == held).values(status="held", documents_before=3)
        )
        connection.execute(
            sa.update(document)
            .where(document.c.agency == "mark-by", document.c.removed.is_(False))
            .values(lost_run=held, lost_reason="the site answered 404")
        )
    queue = RecrawlQueue(store)
    queue.ask(Assignment("ekdal", Scope.URL, LONG, Origin.API), requester=HOSTILE, reason=HOSTILE, at=now)


def _failures(at: datetime) -> list[Visit]:
    failing = [outcome for outcome in Outcome if outcome.is_failure]
    visits = [
        Visit(
            url=f"https://www.ekdal.example/fel/{n}",
            agency="ekdal",
            outcome=failing[n % len(failing)],
            at=at + timedelta(seconds=n),
            reason="nothing came",
            http_status=404 if n % 2 else None,
        )
        for n in range(120)
    ]
    visits.append(Visit(url=FAILING, agency="ekdal", outcome=Outcome.TIMEOUT, at=at, reason=HOSTILE))
    visits.append(Visit(url=LONG, agency="ekdal", outcome=Outcome.NOT_VISITED, at=at, found_on=FAILING))
    return visits


def _well(at: datetime) -> Visit:
    url = "https://www.ekdal.example/elaka-ord"
    record = DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency="ekdal",
        host="www.ekdal.example",
        title=HOSTILE,
        text="Så här gör du.",
        doctype_evidence=(Evidence(rule="url_path", detail=HOSTILE, value="guide", weight=-1.5),),
        fetched=at,
        checked=at,
        content_hash="elak",
    )
    return Visit(url=url, agency="ekdal", outcome=Outcome.INDEXED, at=at, http_status=200, record=record)


class Reply:
    """An answer: status, headers (in lower case), text."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.cookies = response.headers.get_all("Set-Cookie") or []
        self.text = response.read().decode("utf-8")

    @property
    def token(self) -> str:
        """The token of the page's forms."""
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.text)
        assert found, self.text[:2000]
        return found[1]


class Browser:
    """A client that keeps cookies, over a real socket, and follows nothing by itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """One request. A header of None as value is left out; Host can be set."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        given = {"Accept": "text/html", **(headers or {})}
        if self.cookies and "Cookie" not in given:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body=body, headers=given)
            reply = Reply(connection.getresponse())
        finally:
            connection.close()
        for cookie in reply.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        """GET."""
        return self.ask("GET", path, headers)

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Reply:
        """POST a form as a browser does from a page of the same site."""
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            **(headers or {}),
        }
        return self.ask("POST", path, sent, urlencode(fields).encode())

    def enter(self, store: PageStore) -> None:
        """Be logged in, without the form and the work of its password."""
        self.cookies["medborgarsok_admin"] = Accounts(store).begin_session(NAME, datetime.now(UTC))

    def login(self, password: str = PASSWORD, name: str = NAME, till: str = "") -> Reply:
        """Log in by the form."""
        token = self.get("/admin/logga-in").token
        return self.post(
            "/admin/logga-in", {"token": token, "namn": name, "losenord": password, "till": till}
        )
