"""How is it said in words what came of a recrawl request, and how far it is?"""

from typing import Any

from crawler.store import UrlState, Visit


def of_visit(visit: Visit | UrlState) -> str:
    """What came of one URL: "indexed", "not found: HTTP 404", "redirected to https://…"."""
    words = visit.outcome.value.replace("_", " ")
    if visit.canonical_url and visit.canonical_url != visit.url:
        words += f" to {visit.canonical_url}"
    return f"{words}: {visit.reason}" if visit.reason else words


def of_run(status: str, reason: str, progress: dict[str, Any]) -> str:
    """What came of a run: "finished: 12 addresses (10 indexed, 2 not found), 10 documents"."""
    words = f"{status}: {reason}" if reason else status
    return f"{words}: {_visited(progress)}, {progress.get('documents', 0)} documents"


def so_far(progress: dict[str, Any]) -> str:
    """How far a run is: "12 addresses (10 indexed, 2 not found), 30 wait"."""
    return f"{_visited(progress)}, {progress.get('queued', 0)} wait"


def _visited(progress: dict[str, Any]) -> str:
    outcomes: dict[str, int] = progress.get("outcomes") or {}
    total = sum(outcomes.values())
    ranked = sorted(outcomes.items(), key=lambda row: -row[1])
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ranked)
    return f"{total} addresses ({counted})" if counted else "no address yet"
