"""Does a run's report say what happened, and what somebody should do about it?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.assignment import Origin, Scope
from crawler.outcomes import Outcome
from crawler.store import RunSummary
from searchapi.admin.rendering import heights
from searchapi.admin.texts import AdminTexts
from searchapi.admin.told import Told, told

_BEGAN = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def _run(**changed: Any) -> RunSummary:
    values: dict[str, Any] = {
        "id": 4,
        "agency": "ekdal",
        "status": "finished",
        "reason": "",
        "started": _BEGAN,
        "finished": _BEGAN + timedelta(seconds=200),
        "requests": 3,
        "bytes": 4000,
        "seconds": 200.0,
        "outcomes": {Outcome.INDEXED: 3},
        "scope": Scope.AGENCY,
        "target": "",
        "origin": Origin.SCHEDULE,
        "request": None,
        "continues": None,
        "worker": "",
        "documents_before": 40,
        "changes": {},
        "hosts": {},
        "warnings": (),
    }
    return RunSummary(**(values | changed))


def _told(run: RunSummary, *, missing: int = 0, stuck: bool = False, in_registry: bool = True) -> Told:
    return told(run, "Ekdals kommun", missing, stuck, in_registry, AdminTexts.read())


def test_a_quiet_run_asks_for_nothing() -> None:
    report = _told(_run(outcomes={Outcome.UNCHANGED: 1, Outcome.NOT_DUE: 39}))
    words = " ".join(report.happened)
    assert words.startswith(
        "Hela Ekdals kommun genomsöktes på 3\N{NO-BREAK SPACE}min 20\N{NO-BREAK SPACE}s. 1 adress"
    )
    assert "39 sidor behövde inte besökas" in words
    assert words.endswith("Ingenting har ändrats i sökningen.")
    assert (report.steps, report.urgent) == ((), False)


def test_changes_are_listed_as_people_do() -> None:
    report = _told(_run(changes={"new": 1, "changed": 1204, "removed": 2, "unchanged": 9}))
    assert report.happened[-1] == "I sökningen är 1 sida ny, 1\N{NO-BREAK SPACE}204 ändrade och 2 borttagna."


@pytest.mark.parametrize(
    ("changed", "link"),
    [
        ({"status": "held", "changes": {"held": 25}}, "#hejdad"),
        ({"status": "failed", "reason": "no seed answered"}, "#fakta"),
        ({"warnings": ({"code": "slow", "message": "slow"},)}, "#varningar"),
    ],
)
def test_what_is_urgent_comes_first(changed: dict[str, Any], link: str) -> None:
    report = _told(_run(outcomes={Outcome.TIMEOUT: 2}, **changed), missing=25)
    assert report.urgent
    assert report.steps[0].link == link
    assert report.steps[-1].link == "/admin/myndigheter/ekdal#fel"


def test_an_agency_that_left_the_registry_is_not_linked_to() -> None:
    report = _told(_run(status="failed", outcomes={Outcome.TIMEOUT: 2}), in_registry=False)
    assert {step.link for step in report.steps} == {"", "#utfall"}


def test_pages_missing_once_are_told_until_they_are_taken_out() -> None:
    gone = {Outcome.NOT_FOUND: 2}
    assert any("två besök i rad" in words for words in _told(_run(outcomes=gone)).happened)
    taken = _told(_run(outcomes=gone, changes={"removed": 2}))
    assert not any("två besök i rad" in words for words in taken.happened)


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(
    "status", ["running", "finished", "stopped", "paused", "failed", "interrupted", "held"]
)
def test_every_run_can_be_told(scope: Scope, status: str) -> None:
    ended = None if status == "running" else _BEGAN
    report = _told(_run(scope=scope, target="https://a.example/{x}", status=status, finished=ended))
    assert all(report.happened)
    assert ("{x}" in report.happened[0]) is (scope is not Scope.AGENCY)


def test_no_bar_of_the_strip_is_too_low_to_be_seen() -> None:
    assert heights([]) == []
    assert heights([0, 0]) == [(21.0, 3.0), (21.0, 3.0)]
    assert heights([50, 100]) == [(12.0, 12.0), (0.0, 24.0)]
