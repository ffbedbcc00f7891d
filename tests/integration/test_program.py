"""Does the program do what the README says of it? Its commands, over the crawled demo federation."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import demo
from crawler.outcomes import Outcome
from crawler.record import Doctype
from crawler.store import PageStore
from tests.conftest import ROOT, Program


def test_it_tells_where_it_answers_and_what_became_of_every_address(program: Program) -> None:
    printed = "".join(program.printed)
    assert "What became of every address" in printed
    for name in ("Norrvik", "Sunnerby", "Region Västmark", "not found", "redirected"):
        assert name in printed
    assert program.url in printed


def test_every_address_of_the_demo_has_its_outcome(program: Program) -> None:
    with PageStore(program.settings.store_url) as store:
        runs = store.runs()
        states = [state for run in runs for state in store.url_states(run.agency)]
    assert {run.status for run in runs} == {"finished"}
    assert len(runs) == 5
    assert len(states) == sum(sum(run.outcomes.values()) for run in runs)
    outcomes = {state.outcome for state in states}
    assert {
        Outcome.INDEXED,
        Outcome.REDIRECTED,
        Outcome.NOT_FOUND,
        Outcome.DUPLICATE,
        Outcome.NOINDEX,
        Outcome.ROBOTS_DENIED,
        Outcome.ENCRYPTED,
        Outcome.IMAGE_ONLY,
        Outcome.TRAP,
    } <= outcomes


def test_the_calendar_without_end_ends(program: Program) -> None:
    with PageStore(program.settings.store_url) as store:
        calendar = [
            state
            for run in store.runs()
            for state in store.url_states(run.agency)
            if "kalender" in state.url.lower() and state.outcome.kept
        ]
    assert 0 < len(calendar) < 150


def test_export_gives_a_record_a_line(program: Program) -> None:
    result = program.run("export", "documents", "--demo", "norrvik")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0, result.stderr
    assert len(records) > 200
    assert {record["agency"] for record in records} == {"norrvik"}
    assert {"url", "agency", "doctype", "needs_eid", "language", "contact", "evidence"} <= set(records[0])
    assert {record["doctype"] for record in records} <= {doctype.value for doctype in Doctype}


def test_explain_tells_class_and_evidence(program: Program) -> None:
    address = f"http://www.norrvik.localhost:{program.settings.demo_port}/bygga-bo-och-miljo/bygglov"
    result = program.run("explain", "--demo", address)
    assert result.returncode == 0, result.stderr
    for told in ("indexed", "guide", "Evidence", "Byggenheten", "Action: eservice"):
        assert told in result.stdout


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://www.okand.example/", "belongs to no agency"),
        ("http://www.norrvik.localhost:{port}/finns/verkligen/inte", "no crawl of norrvik has met a link"),
    ],
)
def test_explain_tells_why_not(program: Program, url: str, told: str) -> None:
    result = program.run("explain", "--demo", url.format(port=program.settings.demo_port))
    assert result.returncode == 1
    assert told in " ".join(result.stdout.split())


def test_explain_refuses_what_is_no_address(program: Program) -> None:
    result = program.run("explain", "--demo", "inte en adress")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_rebuild_needs_no_network_and_loses_nothing(program: Program) -> None:
    def total() -> int:
        return int(httpx.get(f"{program.url}/api/v1/search", params={"q": "bygglov"}).json()["total"])

    before = total()
    result = program.run("rebuild", "--demo")
    if result.returncode != 0:  # the serving program holds the writer's lock: it says so
        assert "index" in result.stderr
        assert "Traceback" not in result.stderr
    assert total() == before


def test_a_second_demo_says_that_the_port_is_taken(program: Program) -> None:
    result = program.run("demo")
    assert result.returncode == 2
    assert "MEDBORGARSOK_DEMO_PORT" in result.stderr or "MEDBORGARSOK_PORT" in result.stderr


def test_registry_check_of_the_demo_and_of_a_bad_file(program: Program, tmp_path: Path) -> None:
    good = tmp_path / "agencies.toml"
    good.write_text(demo.registry_text(8010), "utf-8")
    result = program.run("registry", "check", str(good))
    assert result.returncode == 0
    assert "5 agencies, no problem" in result.stdout
    bad = tmp_path / "bad.toml"
    bad.write_text('[[agency]]\nid = "A B"\nseeds = ["x"]\n', "utf-8")
    result = program.run("registry", "check", str(bad))
    assert result.returncode == 2
    for line in ("line 2", "line 3", "name", "kind"):
        assert line in result.stderr


def test_a_crawl_of_an_unknown_agency_names_the_known(program: Program) -> None:
    result = program.run("crawl", "--demo", "atlantis")
    assert result.returncode == 2
    assert "norrvik" in result.stderr


def test_a_bad_setting_is_named(program: Program) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "searchapi.cli", "serve"],
        cwd=ROOT,
        env={**program.environment, "MEDBORGARSOK_PORT": "many"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 2
    assert "MEDBORGARSOK_PORT" in result.stderr
    assert "many" in result.stderr


def test_every_command_of_the_readme_is_there(program: Program) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"medborgarsok ([a-z-]+)", readme))
    shown = program.run("--help").stdout
    assert len(named) >= 13
    for command in {*named, "token"}:
        assert f" {command} " in shown
