"""What does a recrawl cost the site, what does it find, and how soon is a page found that somebody asks for?

    python -m tests.benchmarks.bench_recrawl [--pages N] [--asked N] [--skip freshness]

A generated site behind a normal web server is crawled, and a day later (the store's clock is put back) again:
(a) unchanged, with lastmod in its sitemap: at most 10 % of the first crawl's requests; (b) unchanged, without
a sitemap: at most 5 % of its bytes; (c) after 2 % of the pages were edited, 1 % deleted and 1 % moved: all to
be found as they are now. (d) While a large crawl of the same agency runs, one URL after another is changed
and asked for: seconds until the index has its new words.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from crawler.assignment import assignment_of
from crawler.registry import load_registry
from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import crawl_run, url_state
from indexer import IndexFollower, IndexUnavailableError, open_engine
from indexer.engine import Alternative, Clause, Plan
from tests.benchmarks.web_server import EDITED, Control, served
from tests.integration.crawling import agency_toml, job

_ID = "matning"
_MENU = 60
_WAIT_SECONDS = 120


class Place:
    """A store, an index and a registry for one site."""

    def __init__(self, folder: Path, control: Control, **options: object) -> None:
        self.folder = folder
        self.base = f"http://www.matning.localhost:{control.port}"
        self.store_url = f"sqlite:///{folder / 'store.sqlite3'}"
        (folder / "agencies.toml").write_text(
            agency_toml(_ID, f"{self.base}/", max_pages=1_000_000, **{"concurrency": 16, **options}), "utf-8"
        )

    def job(self, **more: object) -> str:
        """The crawl's job."""
        return json.dumps({**job(self.folder, [_ID], extraction_processes=1, request_timeout=30), **more})

    def crawl(self, control: Control) -> tuple[dict[str, int], dict[str, int], float]:
        """Crawl once. What the server counted, the outcomes, and the seconds."""
        control("counts")
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "crawler.fetch"],
            input=self.job(),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - start
        if done.returncode:
            raise SystemExit(f"the crawl failed:\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}")
        return control("counts"), json.loads(done.stdout.splitlines()[-1])["outcomes"], seconds

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
                rows = connection.execute(sa.select(key, *names)).all()
                if not rows:
                    continue
                connection.execute(
                    sa.update(table)
                    .where(key == sa.bindparam("b_key"))
                    .values({name: sa.bindparam(f"b_{name}") for name in columns}),
                    [
                        {"b_key": row[0]}
                        | {f"b_{n}": at - by if at else None for n, at in zip(columns, row[1:], strict=True)}
                        for row in rows
                    ],
                )

    def index(self) -> None:
        """Bring the index up."""
        with PageStore(self.store_url) as store, IndexFollower(store, self.folder / "index") as follower:
            while follower.step():
                pass

    def found(self, word: str) -> set[str]:
        """The paths of the documents that the index finds for a word; every document for an empty one."""
        try:
            snapshot = open_engine(self.folder / "index").snapshot()
        except IndexUnavailableError:
            return set()
        clauses = (Clause((Alternative(word),)),) if word else ()
        matches = snapshot.match(Plan(clauses=clauses, candidates=1_000_000))
        documents = snapshot.fetch([candidate.key for candidate in matches.candidates])
        return {document.record.url.removeprefix(self.base) for document in documents}


def _told(name: str, counted: dict[str, int], outcomes: dict[str, int], seconds: float) -> None:
    kinds = ", ".join(f"{name} {number}" for name, number in sorted(outcomes.items()))
    print(
        f"  {name:<18} {counted['requests']:>7} requests ({counted['304']} of them 304) "
        f"{counted['bytes'] / 1e6:>8.2f} MB {seconds:>6.1f} s  {kinds}",
        flush=True,
    )


def unchanged(pages: int, *, sitemap: bool) -> float:
    """First crawl and unchanged recrawl: the ratio of requests (with a sitemap) or bytes (without)."""
    print(f"{'(a) with' if sitemap else '(b) without'} sitemap, {pages} pages")
    with tempfile.TemporaryDirectory() as name, served(pages, _MENU, sitemap=sitemap) as control:
        place = Place(Path(name), control, delay=0)
        first, outcomes, seconds = place.crawl(control)
        _told("first crawl", first, outcomes, seconds)
        place.a_day_passes()
        second, outcomes, seconds = place.crawl(control)
        _told("unchanged", second, outcomes, seconds)
    by_requests, by_bytes = (second[key] / first[key] for key in ("requests", "bytes"))
    goal = "requests at most 10 %" if sitemap else "bytes at most 5 %"
    print(
        f"  requests {by_requests:.1%}, bytes {by_bytes:.1%} of the first crawl (goal: {goal})\n", flush=True
    )
    return by_requests if sitemap else by_bytes


def edited(pages: int, *, sitemap: bool) -> None:
    """A recrawl after pages were edited, deleted and moved; one more, for what is removed at second sight."""
    print(
        f"(c) 2 % edited, 1 % deleted, 1 % moved, {'with' if sitemap else 'without'} sitemap, {pages} pages"
    )
    with tempfile.TemporaryDirectory() as name, served(pages, _MENU, sitemap=sitemap) as control:
        place = Place(Path(name), control, delay=0)
        first, outcomes, seconds = place.crawl(control)
        _told("first crawl", first, outcomes, seconds)
        done = control("edit", 5, 0.02, 0.01, 0.01)
        for turn in ("recrawl", "one more"):
            place.a_day_passes()
            counted, outcomes, seconds = place.crawl(control)
            _told(turn, counted, outcomes, seconds)
            place.index()
            there, words = place.found(""), place.found(EDITED)
            changed = sum(path in words for path in done["edited"])
            gone = sum(path not in there for path in done["deleted"])
            moved = sum(new in there and old not in there for old, new in done["moved"].items())
            requests, size = (counted[key] / first[key] for key in ("requests", "bytes"))
            print(
                f"    edited: {changed} of {len(done['edited'])} found anew; deleted: {gone} of "
                f"{len(done['deleted'])} gone; moved: {moved} of {len(done['moved'])} at their new address "
                f"alone; requests {requests:.1%}, bytes {size:.1%}"
            )
    print(flush=True)


@contextmanager
def _process(module: str, given: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / f"{module}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
        )
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def freshness(pages: int, asked: int) -> list[float]:
    """Seconds from a request for one URL to its new words being found, while the agency is crawled."""
    print(f"(d) one URL asked for while {pages} pages are crawled, {asked} times")
    with tempfile.TemporaryDirectory() as name, served(pages, _MENU, sitemap=True) as control:
        folder = Path(name)
        place = Place(folder, control, delay=0.05, concurrency=2, schedule="daily")
        worker = json.loads(place.job(worker=True))
        del worker["agencies"]
        follower = {"store_url": place.store_url, "index_dir": str(folder / "index")}
        took: list[float] = []
        with (
            PageStore(place.store_url) as store,
            _process("crawler.fetch", json.dumps(worker), folder),
            _process("indexer", json.dumps(follower), folder),
        ):
            queue, registry = RecrawlQueue(store), load_registry(folder / "agencies.toml")
            _wait(lambda: sum(store.document_counts().values()) > 30, "the crawl's first pages")
            for number in range(asked):
                path = f"/sida/{pages - 1 - number * 7}"  # (far from what the crawl is at)
                word = f"nyord{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}x"
                control("change", path, word)
                start = time.monotonic()
                queue.ask(
                    assignment_of(place.base + path, registry),
                    requester="bench", reason="", at=datetime.now(UTC),
                )  # fmt: skip
                _wait(lambda word=word, path=path: path in place.found(word), f"{path}, asked for")
                took.append(time.monotonic() - start)
            runs = [(run.scope.value, run.status) for run in store.runs()]
            at_work = ("agency", "running") in runs
            done = sum(store.document_counts().values())
    state = "still at work" if at_work else "OVER: take more pages"
    print(f"  median {statistics.median(took):.2f} s, max {max(took):.2f} s (goal: 5 s)")
    print(f"  the large crawl was at {done} documents and {state}")
    return took


def _wait(what: object, told: str) -> None:
    assert callable(what)
    end = time.monotonic() + _WAIT_SECONDS
    while not what():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain for {told}")
        time.sleep(0.05)


def main() -> int:
    """Measure and print. The exit status: 1 where a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--asked", type=int, default=20)
    parser.add_argument("--skip", nargs="*", choices=("unchanged", "edited", "freshness"), default=())
    options = parser.parse_args()
    held = True
    if "unchanged" not in options.skip:
        held &= unchanged(options.pages, sitemap=True) <= 0.10
        held &= unchanged(options.pages, sitemap=False) <= 0.05
    if "edited" not in options.skip:
        edited(options.pages, sitemap=True)
        edited(options.pages, sitemap=False)
    if "freshness" not in options.skip:
        held &= statistics.median(freshness(max(options.pages, options.asked * 150), options.asked)) <= 5
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
