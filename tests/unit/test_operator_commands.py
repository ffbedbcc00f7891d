"""Do the commands for tokens, runs and URLs do what they say, and refuse what can't be done?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from crawler.errors import CrawlerError
from crawler.outcomes import Outcome
from crawler.store import PageStore, Visit
from crawler.store.audit import Audit
from crawler.store.schema import crawl_run
from crawler.store.tokens import Purpose, Tokens
from searchapi.commands import explain, runs, tokens
from searchapi.errors import SearchApiError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REGISTRY = """
[[agency]]
id = "aspvik"
name = "Aspviks [red]kommun"
kind = "municipality"
seeds = ["https://aspvik.example/"]
"""


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    for module in (tokens, runs, explain):
        module.register(made)
    return made


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageStore]:
    (tmp_path / "agencies.toml").write_text(REGISTRY, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDBORGARSOK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def run(app: typer.Typer, *arguments: str, fails: bool = False, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        assert fails, result.exception
        assert isinstance(result.exception, (SearchApiError, CrawlerError))
        return str(result.exception)
    assert (result.exit_code != 0) is fails, result.output
    # (the consoles were made before the runner took hold of stdout)
    return result.output + capsys.readouterr().out


def test_tokens_are_made_listed_and_revoked(
    app: typer.Typer, store: PageStore, capsys: pytest.CaptureFixture[str]
) -> None:
    made = run(app, "token", "create", "cms", "--purpose", "push", "--agency", "aspvik", capsys=capsys)
    secret = re.search(r"mbs_\S{43}", made)
    assert secret is not None
    token = Tokens(store).bearer(secret[0])
    assert token is not None
    assert (token.purpose, token.agency) == (Purpose.PUSH, "aspvik")
    listed = run(app, "token", "list", capsys=capsys)
    assert "cms" in listed
    assert secret[0] not in listed
    run(app, "token", "revoke", str(token.id), capsys=capsys)
    assert Tokens(store).bearer(secret[0]) is None
    assert "no token" in run(app, "token", "revoke", str(token.id), fails=True, capsys=capsys)
    assert [entry.action for entry in Audit(store).entries()] == ["token revoked", "token created"]
    assert all(entry.who.startswith("command line ") for entry in Audit(store).entries())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("cms", "--purpose", "push"), "--agency"),
        (("cms", "--purpose", "push", "--agency", "okand"), "no agency 'okand'"),
        (("", "--purpose", "recrawl"), "1 to 100 signs"),
    ],
)
def test_tokens_that_make_no_sense_are_refused(
    app: typer.Typer,
    store: PageStore,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    assert told in run(app, "token", "create", *arguments, fails=True, capsys=capsys)
    assert Tokens(store).tokens() == []


def test_runs_are_listed_and_shown(
    app: typer.Typer, store: PageStore, capsys: pytest.CaptureFixture[str]
) -> None:
    number = store.begin_run("aspvik", NOON)
    url = "https://aspvik.example/borta"
    store.save_visits(number, [Visit(url, "aspvik", Outcome.NOT_FOUND, NOON, http_status=404, size=1234)])
    store.finish_run(number, "stopped", NOON, reason="av \x1b[2J hand")
    for arguments in ((), ("aspvik",), ("aspvik", "--limit", "5"), ("--limit", "5")):
        assert "stopped" in run(app, "runs", *arguments, capsys=capsys)
    assert "no agency" in run(app, "runs", "okand", fails=True, capsys=capsys)
    shown = run(app, "runs", "show", str(number), capsys=capsys)
    assert "stopped" in shown
    assert "not_found" in shown
    assert "1 requests" in shown
    assert "\x1b[2J" not in shown
    assert "4711" in run(app, "runs", "show", "4711", fails=True, capsys=capsys)


@pytest.mark.parametrize("width", [72, 80, 100, 110, 120, 140, 200])
def test_no_heading_and_no_figure_is_cut_short(
    app: typer.Typer,
    store: PageStore,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    number = store.begin_run("en-myndighet-med-ett-mycket-langt-namn", NOON)
    with store.writing() as connection:
        connection.execute(
            sa.update(crawl_run)
            .where(crawl_run.c.id == number)
            .values(
                status="interrupted", target="https://aspvik.example/en/lang/adress", changes={"new": 50000}
            )
        )
    lines = run(app, "runs", capsys=capsys).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert not any("…" in line for line in lines if "Agency" in line)
    (row,) = (line for line in lines if "interrupted" in line)
    assert "03-02 12:00" in row
    assert "50000" in row


def test_only_held_runs_are_decided_on(
    app: typer.Typer, store: PageStore, capsys: pytest.CaptureFixture[str]
) -> None:
    number = store.begin_run("aspvik", NOON)
    store.finish_run(number, "stopped", NOON)
    for action in ("release", "discard"):
        told = run(app, "runs", action, str(number), fails=True, capsys=capsys)
        assert "only a held run" in told
    assert Audit(store).entries() == []


@pytest.mark.parametrize(("action", "status"), [("release", "released"), ("discard", "discarded")])
def test_a_held_run_is_decided_on_and_that_is_noted(
    app: typer.Typer, store: PageStore, capsys: pytest.CaptureFixture[str], action: str, status: str
) -> None:
    number = store.begin_run("aspvik", NOON)
    with store.writing() as connection:
        connection.execute(
            sa.update(crawl_run).where(crawl_run.c.id == number).values(status="held", finished=NOON)
        )
    assert f"runs {action} {number}" in " ".join(run(app, "runs", "show", str(number), capsys=capsys).split())
    assert "0 documents" in run(app, "runs", action, str(number), capsys=capsys)
    assert store.run(number).status == status
    (entry,) = Audit(store).entries()
    assert (entry.action, entry.target, entry.detail) == (f"{action}_run", "aspvik", f"run {number}")


def test_explain_tells_why_not(
    app: typer.Typer, store: PageStore, capsys: pytest.CaptureFixture[str]
) -> None:
    number = store.begin_run("aspvik", NOON)
    url = "https://aspvik.example/borta"
    store.save_visits(number, [Visit(url, "aspvik", Outcome.NOT_FOUND, NOON, http_status=404)])
    told = run(app, "explain", url, fails=True, capsys=capsys)
    assert "not_found, HTTP 404" in told
    assert "put the page back" in told
    assert "Aspviks [red]kommun" in told
    assert "no crawl of aspvik has met" in run(app, "explain", url + "/x", fails=True, capsys=capsys)
