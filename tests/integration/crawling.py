"""How do tests run a crawl? As the program does: a process of its own, a job in, events out."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.outcomes import Outcome
from crawler.store import PageStore


@dataclass(frozen=True)
class Crawled:
    """What a crawl left behind."""

    store_url: str
    events: list[dict[str, Any]]
    messages: str
    status: int

    def outcomes(self, agency: str) -> dict[str, Outcome]:
        """URL -> outcome of every URL of an agency."""
        with PageStore(self.store_url) as store:
            return {state.url: state.outcome for state in store.url_states(agency)}

    def finished(self, agency: str) -> dict[str, Any]:
        """The agency's last event."""
        return next(e for e in self.events if e["event"] == "finished" and e["agency"] == agency)


def agency_toml(agency_id: str, seed: str, **options: object) -> str:
    """An entry of a registry for tests."""
    values = {"id": agency_id, "name": agency_id, "kind": "other", "delay": 0, "concurrency": 8, **options}
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[[agency]]", f'seeds = ["{seed}"]', *lines, ""])


def job(folder: Path, agencies: Sequence[str], **settings: object) -> dict[str, Any]:
    """A job for python -m crawler.fetch."""
    return {
        "settings": {
            "data_dir": str(folder),
            "registry": str(folder / "agencies.toml"),
            "allow_private_addresses": True,
            "extraction_processes": 0,
            "request_timeout": 2.0,
            "max_body_bytes": 2_000_000,
            **settings,
        },
        "agencies": list(agencies),
    }


def fetch(given: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Give the crawling process a job as a worker does, and wait for it. `options`: of subprocess.run."""
    command = [sys.executable, "-m", "crawler.fetch"]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=120, check=False, **options
    )


def crawl(
    folder: Path,
    registry: str,
    agencies: Sequence[str],
    *,
    environment: dict[str, str] | None = None,
    **settings: object,
) -> Crawled:
    """Crawl and wait for the end."""
    (folder / "agencies.toml").write_text(registry, encoding="utf-8")
    process = fetch(json.dumps(job(folder, agencies, **settings)), env=environment)
    events = [json.loads(line) for line in process.stdout.splitlines()]
    return Crawled(f"sqlite:///{folder / 'store.sqlite3'}", events, process.stderr, process.returncode)
