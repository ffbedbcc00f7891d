"""What do crawls of real sites find, and what do recrawls cost them? Measured on copies of ../shared/real.

    python -m tests.benchmarks.bench_real [--sets va city sfs mlaw swefaq] [--without-sitemaps] [--at FOLDER]

A copy of each set is served by the site server as a proxy and crawled by `medborgarsok crawl`, each crawl 25
hours after the last (the times in the store are put back): first; unchanged, by command; unchanged, by the
schedule of a worker; after 2 % of the pages were edited, 1 % deleted and 1 % moved; once more, for what is
removed at the second sight; twice after 40 % of the largest host's pages were deleted, which the wipe guard
must hold; and after they were put back. The costs come from the server's access log, the rest from the store;
what must be true of each page that was changed is looked up there. Prints Markdown. Skips with the reason
where the sets are not.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.registry import host_of, load_registry
from crawler.store import PageStore, RunSummary
from crawler.store.schema import crawl_run, document, url_state
from tests.benchmarks.real_sites import Changes, Sites

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = _ROOT.parent / "shared"
_REGISTRY = _ROOT / "tests" / "integration" / "real-agencies.toml"
_SEED = 20261122
_LEAST = 4
_GOAL_REQUESTS, _GOAL_BYTES = 0.10, 0.05
_WORKER_SECONDS = 900
# What a first crawl of the sets as they are gives; anything else is a page lost or a false alarm.
EXPECTED: dict[str, dict[str, int]] = {
    "va": {"indexed": 344, "redirected": 25, "duplicate": 7, "not_found": 6, "canonical_elsewhere": 3},
    "city": {"not_found": 4408, "indexed": 122, "duplicate": 13, "unsupported_type": 11, "noindex": 4},
    "sfs": {"indexed": 1650},
    "mlaw": {"indexed": 374, "not_found": 35, "redirected": 7, "duplicate": 5},
    "swefaq": {"indexed": 154},
}
# Pages that only the sitemap leads to, or links with rel=nofollow.
_ONLY_MAPPED = {"va": 4, "mlaw": 8}


@dataclass(frozen=True)
class Crawled:
    """What one crawl cost the server, and the runs that it was."""

    requests: int
    size: int
    statuses: dict[int, int]
    runs: list[RunSummary]
    seconds: float

    def sum_of(self, figures: str) -> Counter[str]:
        """The runs' outcomes or changes together."""
        found: Counter[str] = Counter()
        for run in self.runs:
            found.update(getattr(run, figures))
        return found


class Place:
    """A set of sites, its server, a registry and a store of its own."""

    def __init__(self, folder: Path, sets: Sequence[str], *, sitemaps: bool) -> None:
        self.sites = Sites(_SHARED / "real", folder / "sites", sets, sitemaps=sitemaps)
        self._folder, self._log = folder, folder / "access.jsonl"
        table = tomllib.loads(_REGISTRY.read_text("utf-8"))
        chosen = [row for row in table["agency"] if host_of(row["seeds"][0]) in self.sites.hosts]
        self.agencies = [row["id"] for row in chosen]
        self.registry = folder / "agencies.toml"
        lines = (
            "\n".join(["[[agency]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in row.items())])
            for row in chosen
        )
        self.registry.write_text("\n\n".join(lines) + "\n", "utf-8")
        load_registry(self.registry)
        self.store_url = f"sqlite:///{folder / 'data' / 'store.sqlite3'}"
        self._read_to = 0
        self._port = 0

    @contextmanager
    def served(self) -> Iterator[None]:
        """Run the site server."""
        command = [sys.executable, str(_SHARED / "tools" / "siteserver.py"), *map(str, self.sites.folders)]
        with subprocess.Popen(
            [*command, "--port", "0", "--log", str(self._log)], stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None
                self._port = int(server.stdout.readline().split()[1].rpartition(":")[2])
                yield
            finally:
                server.terminate()

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "http_proxy": f"http://127.0.0.1:{self._port}",
            "MEDBORGARSOK_DATA_DIR": str(self._folder / "data"),
            "MEDBORGARSOK_REGISTRY": str(self.registry),
            "MEDBORGARSOK_ALLOW_PRIVATE_ADDRESSES": "true",
        }

    def crawl(self) -> Crawled:
        """Crawl all agencies by command."""
        command = [sys.executable, "-c", "from searchapi.cli import main; main()", "crawl", *self.agencies]
        start = time.monotonic()
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"the crawl failed:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
        return self._counted(time.monotonic() - start)

    def work(self) -> Crawled:
        """Let a worker crawl what is due by the agencies' schedules, all of them once."""
        settings = {
            "data_dir": str(self._folder / "data"),
            "registry": str(self.registry),
            "allow_private_addresses": True,
        }
        left = set(self.agencies)
        start = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "crawler.fetch"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            try:
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(json.dumps({"settings": settings, "worker": True}))
                worker.stdin.close()
                for line in worker.stdout:
                    event = json.loads(line)
                    if event["event"] == "finished":
                        left.discard(event["agency"])
                    if not left or time.monotonic() - start > _WORKER_SECONDS:
                        break
                seconds = time.monotonic() - start
            finally:
                worker.terminate()
                if worker.stdout is not None:
                    worker.stdout.read()
        if left:
            raise SystemExit(f"the worker did not crawl {', '.join(sorted(left))}")
        return self._counted(seconds)

    def _counted(self, seconds: float) -> Crawled:
        statuses: Counter[int] = Counter()
        size = 0
        with self._log.open(encoding="utf-8") as log:
            log.seek(self._read_to)
            for line in iter(log.readline, ""):
                row = json.loads(line)
                statuses[row["status"]] += 1
                size += row["bytes"]
            self._read_to = log.tell()
        with PageStore(self.store_url) as store:
            runs = [store.runs(agency=agency, limit=1)[0] for agency in self.agencies]
        return Crawled(statuses.total(), size, dict(statuses), runs, seconds)

    def a_day_passes(self) -> None:
        """Put every time in the store back by 25 hours."""
        by = timedelta(hours=25)
        with PageStore(self.store_url) as store, store.writing() as connection:
            for table, columns in (
                (url_state, ("first_visit", "last_visit", "next_visit", "changed_at")),
                (crawl_run, ("started", "finished")),
            ):
                key = next(iter(table.primary_key))
                names = [table.c[name] for name in columns]
                for row in connection.execute(sa.select(key, *names)).all():
                    values = {n: at - by if at else None for n, at in zip(columns, row[1:], strict=True)}
                    connection.execute(sa.update(table).where(key == row[0]).values(values))

    def documents(self) -> dict[str, tuple[str, frozenset[str]]]:
        """The documents that stand: URL -> title and text, and what links call it."""
        with PageStore(self.store_url) as store, store.reading() as connection:
            query = sa.select(document.c.url, document.c.record, document.c.anchors)
            found = {}
            for url, record, anchors in connection.execute(query.where(document.c.removed.is_(False))):
                read = json.loads(record)
                found[url] = (f"{read['title']}\n{read['text']}", frozenset(anchors))
            return found

    def stood_for(self) -> dict[str, str]:
        """Pages that another one stands for, which they are copies of: their URLs, each with that one's."""
        states = url_state.c
        query = sa.select(states.url, states.canonical_url).where(
            states.outcome.in_(("duplicate", "canonical_elsewhere"))
        )
        with PageStore(self.store_url) as store, store.reading() as connection:
            return {row.url: row.canonical_url for row in connection.execute(query)}

    def reasons(self, urls: Sequence[str]) -> list[str]:
        """How the last visits of URLs ended."""
        with PageStore(self.store_url) as store:
            states = ((url, store.url_state(url)) for url in urls)
            return [f"{url}: {state.outcome} ({state.reason})" if state else url for url, state in states]


# --- what must be true ---


def lost_and_found(place: Place, before: set[str], expected: set[str], may: set[str]) -> list[str]:
    """Documents that are missing or there against what is expected, with the outcome of each.

    `may`: copies of pages that were changed; they may stand for themselves now.
    """
    there = set(place.documents())
    missing = place.reasons(sorted(expected - there))
    more = place.reasons(sorted(there - expected - may))
    return [
        *(f"missing: {line}" for line in missing),
        *(f"{'still' if line.partition(': ')[0] in before else 'also'} there: {line}" for line in more),
    ]


def check(
    place: Place,
    before: dict[str, tuple[str, frozenset[str]]],
    copies: dict[str, str],
    done: Changes,
    *,
    second: bool,
) -> tuple[str, bool]:
    """One line on what became of the pages that were changed, and whether all is as it must be."""
    now = place.documents()
    edited = sum(url in now and word in now[url][0] for url, word in done.edited.items())
    gone = sum(url not in now for url in done.deleted)
    moves = {**done.redirected, **done.moved}
    arrived = sum(new in now for new in moves.values())
    left = sum(old not in now for old in done.redirected)
    left_silently = sum(old not in now for old in done.moved)
    texts = sum(
        before[old][1] <= now[new][1] if new in now else False for old, new in done.redirected.items()
    )
    expected = set(before) - set(done.redirected) | set(moves.values())
    if second:
        expected -= {*done.deleted, *done.moved}
    changed = {*done.edited, *done.deleted, *moves}
    may = {url for url, kept in copies.items() if kept in changed}
    differences = lost_and_found(place, set(before), expected, may)
    good = (
        edited == len(done.edited)
        and gone == (len(done.deleted) if second else 0)
        and arrived == len(moves)
        and left == len(done.redirected) == texts
        and left_silently == (len(done.moved) if second else 0)
        and not differences
    )
    told = (
        f"edited: {edited} of {len(done.edited)} with their new text; deleted: {gone} of {len(done.deleted)} "
        f"gone; moved: {arrived} of {len(moves)} at the new address, redirecting old ones gone "
        f"{left} of {len(done.redirected)}, their link texts at the new {texts} of {len(done.redirected)}, "
        f"old ones with 404 gone {left_silently} of {len(done.moved)}; otherwise lost or new: "
        f"{len(differences)}"
    )
    return "\n".join([told, *(f"  - {line}" for line in differences[:20])]), good


# --- the phases ---


class Report:
    """The table, a row a crawl."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.first: Crawled | None = None
        self.good = True
        print(
            "| set | crawl | requests | share | MB | share | seconds | outcomes | new | changed | unchanged "
            "| not due | removed | held |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
        self._notes: list[str] = []

    def row(self, title: str, crawled: Crawled) -> tuple[float, float]:
        """Print a row. The shares of the first crawl's requests and bytes."""
        self.first = self.first or crawled
        by_requests, by_bytes = crawled.requests / self.first.requests, crawled.size / self.first.size
        outcomes = ", ".join(f"{name} {n}" for name, n in crawled.sum_of("outcomes").most_common())
        changes = crawled.sum_of("changes")
        kinds = ("new", "changed", "unchanged", "not_due", "removed", "held")
        cells: list[Any] = [
            self.name,
            title,
            crawled.requests,
            f"{by_requests:.1%}",
            f"{crawled.size / 1e6:.2f}",
        ]
        cells += [f"{by_bytes:.1%}", f"{crawled.seconds:.0f}", outcomes, *(changes[kind] for kind in kinds)]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        for run in crawled.runs:
            for warning in run.warnings:
                self.note(f"{title}, {run.agency}: {warning['message']}")
        return by_requests, by_bytes

    def note(self, text: str) -> None:
        """Something to be told below the table."""
        if text not in self._notes:
            self._notes.append(text)

    def must(self, what: str, true: bool) -> None:
        """A goal or a fact, and whether it holds."""
        self.good &= true
        self.note(f"{'holds' if true else 'MISSED'}: {what}")

    def end(self) -> None:
        """Print what is to be told below the table."""
        print("\n" + "\n".join(f"- {note}" for note in self._notes) + "\n", flush=True)


def measure(name: str, folder: Path, *, sitemaps: bool) -> bool:
    """All crawls of one set. Whether every goal was held and everything found that had to be."""
    report = Report(name if sitemaps else f"{name}, no sitemap")
    place = Place(folder, [name], sitemaps=sitemaps)
    with place.served():
        first = place.crawl()
        report.row("first", first)
        found = {key: n for key, n in first.sum_of("outcomes").items() if n}
        if sitemaps:
            report.must(f"the first crawl's outcomes are {EXPECTED[name]}", found == EXPECTED[name])
        else:
            fewest = EXPECTED[name]["indexed"] - _ONLY_MAPPED.get(name, 0)
            report.must(f"{fewest} pages or more were indexed", found["indexed"] >= fewest)
        before = place.documents()

        place.a_day_passes()
        by_requests, by_bytes = report.row("unchanged, by command", place.crawl())
        goal = by_requests <= _GOAL_REQUESTS if sitemaps else by_bytes <= _GOAL_BYTES
        report.must("unchanged: at most 10 % of the requests with lastmod, else 5 % of the bytes", goal)
        place.a_day_passes()
        scheduled = place.work()
        report.row("unchanged, by schedule", scheduled)
        report.must("nothing was lost by unchanged recrawls", set(place.documents()) == set(before))

        before, copies = place.documents(), place.stood_for()
        done = place.sites.change(
            {url: text for url, (text, _) in before.items()}, random.Random(_SEED), least=_LEAST
        )
        for title, second in (("changed", False), ("changed, once more", True)):
            place.a_day_passes()
            report.row(title, place.crawl())
            told, good = check(place, before, copies, done, second=second)
            report.must(f"{title}: {told}", good)

        _wipe(place, report)
    report.end()
    return report.good


def _wipe(place: Place, report: Report) -> None:
    """Delete 40 % of the largest host's pages: nothing of it may go without a person's word."""
    before = set(place.documents())
    largest, _ = Counter(map(host_of, before)).most_common(1)[0]
    pages = sorted(url for url in before if host_of(url) == largest)
    chosen = random.Random(_SEED).sample([u for u in pages if place.sites.can_go(u)], len(pages) * 2 // 5)
    taken = [place.sites.delete(url) for url in chosen if place.sites.can_go(url)]
    for title in ("40 % of a host deleted", "40 % deleted, once more"):
        place.a_day_passes()
        crawled = place.crawl()
        report.row(title, crawled)
    run = next(run for run in crawled.runs if place_of(place, run.agency) == largest)
    if len(taken) <= 20:
        report.note(f"wipe guard: {largest} has {len(pages)} pages, too few for the guard's floor of 20")
        return
    stand = before <= set(place.documents())
    held = run.status == "held"
    report.must(
        f"wipe guard: {len(taken)} of {len(pages)} pages of {largest} deleted; the run is {run.status} "
        f"({run.reason}); every document still stands: {'yes' if stand else 'no'}",
        held and stand,
    )
    place.sites.restore(taken)
    place.a_day_passes()
    report.row("put back", place.crawl())
    with PageStore(place.store_url) as store:
        status = store.run(run.id).status
    whole = before <= set(place.documents())
    report.must(f"after the pages were put back the held run is {status}, and nothing is lost", whole)


def place_of(place: Place, agency: str) -> str:
    """The host of an agency's first seed."""
    return host_of(load_registry(place.registry)[agency].seeds[0])


def main() -> int:
    """Measure and print. The exit status: 1 where a goal is missed or a page is not as it must be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", choices=tuple(EXPECTED), default=tuple(EXPECTED))
    parser.add_argument("--without-sitemaps", action="store_true", help="take the sites' sitemaps away")
    parser.add_argument("--at", type=Path, help="an empty folder to work in and to keep")
    options = parser.parse_args()
    for needed in (_SHARED / "tools" / "siteserver.py", *(_SHARED / "real" / name for name in options.sets)):
        if not needed.exists():
            print(f"skipped: {needed} is not here; the real sites lie beside the project, not in it")
            return 0
    good = True
    with tempfile.TemporaryDirectory() as name:
        for one in options.sets:
            folder = (options.at or Path(name)) / one
            folder.mkdir(parents=True)
            good &= measure(one, folder, sitemaps=not options.without_sitemaps)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
