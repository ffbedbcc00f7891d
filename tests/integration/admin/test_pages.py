"""Do the administrators' pages tell what there is, and do what is asked once? And the accounts' commands."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import typer
from typer.testing import CliRunner

from crawler.assignment import Origin, Scope
from crawler.outcomes import Outcome
from crawler.record import Doctype
from crawler.store import PageStore
from crawler.store.accounts import Accounts, PasswordFlaw
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue
from searchapi.admin.agencies import GROUPS
from searchapi.admin.texts import AdminTexts
from searchapi.commands import admin as admin_commands
from searchapi.errors import SearchApiError
from searchapi.settings import Settings
from tests.conftest import ROOT
from tests.integration.admin_site import FAILING, HELD, HOSTILE, LONG, NAME, PAGES, Browser
from tests.integration.served import served


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
