"""What happened in a run, and what should somebody do about it? In plain sentences, the answer first."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.assignment import Scope
from crawler.outcomes import Outcome
from crawler.store import RunSummary
from searchapi.admin.rendering import link
from searchapi.admin.texts import AdminTexts

_JUDGED = frozenset({"held", "released", "discarded"})
_GOES_ON = frozenset({"paused", "interrupted", "stopped"})


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: what, and where (empty where there is nothing to follow)."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A run in words: what happened, sentence by sentence, and what is to be done, the most urgent first.

    `urgent`: whether anything waits for a person at all; where nothing does, `steps` offers what may be
    worth a look.
    """

    happened: tuple[str, ...]
    steps: tuple[Step, ...]
    urgent: bool


def told(run: RunSummary, name: str, missing: int, stuck: bool, in_registry: bool, texts: AdminTexts) -> Told:
    """A run in words. `missing`: the documents that it is held for; `name`: the agency's."""
    steps = tuple(_steps(run, missing, stuck, in_registry, texts))
    return Told(tuple(_happened(run, name, missing, texts)), steps, _is_urgent(run, stuck))


def _is_urgent(run: RunSummary, stuck: bool) -> bool:
    return stuck or run.status in {"held", "failed"} or bool(run.warnings)


def _happened(run: RunSummary, name: str, missing: int, texts: AdminTexts) -> Iterable[str]:
    scope = "whole" if run.scope is Scope.AGENCY else run.scope.value
    what = texts(f"told.{scope}", name=name, target=run.target)
    visited = sum(run.outcomes.values())
    for outcome in (Outcome.NOT_VISITED, Outcome.NOT_DUE):
        visited -= run.outcomes.get(outcome, 0)
    ended = "running" if run.finished is None else "failed" if run.status == "failed" else "ended"
    if ended == "ended" and run.status in _GOES_ON:
        ended = "broken_off"
    yield texts(f"told.{ended}", what=what, span=texts.span(run.seconds))
    if run.scope is not Scope.URL:
        yield texts.count("told.visited", visited)
    spared = run.outcomes.get(Outcome.NOT_DUE, 0)
    if spared:
        yield texts.count("told.not_due", spared)
    unseen = run.outcomes.get(Outcome.NOT_FOUND, 0) + run.outcomes.get(Outcome.SOFT_404, 0)
    if unseen > run.changes.get("removed", 0) and run.status not in _JUDGED:
        yield texts.count("told.missing", unseen)
    if run.status == "held":
        yield texts("told.held", missing=texts.number(missing), before=texts.number(run.documents_before))
    changes = [
        texts.count(f"told.change_{change}", run.changes[change])
        for change in ("new", "changed", "removed")
        if run.changes.get(change)
    ]
    if changes:
        yield texts("told.changes", changes=_listed(changes, texts("told.and")))
    elif run.finished is not None and run.status != "failed" and run.status != "held":
        yield texts("told.no_changes")


def _steps(
    run: RunSummary, missing: int, stuck: bool, in_registry: bool, texts: AdminTexts
) -> Iterable[Step]:
    failed = sum(count for outcome, count in run.outcomes.items() if outcome.is_failure)
    if stuck:
        yield Step(texts("state_help.stuck"))
    if run.status == "held":
        yield Step(texts.count("told.do_judge", missing), "#hejdad")
    if run.status == "failed":
        again = link("/admin/bestall", myndighet=run.agency, vad=run.scope.value, mal=run.target)
        yield Step(texts("told.do_reason"), "#fakta" if run.reason else "")
        if in_registry:
            yield Step(texts("told.do_again"), again)
    if run.warnings:
        yield Step(texts.count("told.do_warnings", len(run.warnings)), "#varningar")
    if failed:
        where = f"/admin/myndigheter/{run.agency}#fel" if in_registry else "#utfall"
        yield Step(texts.count("told.do_failures", failed), where)


def _listed(parts: list[str], last: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
