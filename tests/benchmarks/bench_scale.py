"""How fast is a whole search, and how fast are suggestions, among 200,000 pages?

    python -m tests.benchmarks.bench_scale [FOLDER] [--documents 200000] [--each 60] [--stages]

The pages are generated (corpus.py) and the index is kept in FOLDER, when given, and used again. A search is
all of it, in this process: understanding, plan, match, rank, refine, snippets, panels and facets. Search and
a bare Tantivy query of the same words on the same index take turns, so that what else the machine does meets
both alike. The first round meets every query for the first time; the next one finds what is kept of it.
CPU time is the thread's own, which a busy machine disturbs less.
"""

import argparse
import cProfile
import pstats
import resource
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from crawler.registry import load_registry
from indexer.snapshot import TantivySnapshot
from indexer.tantivy_engine import TantivyEngine
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.warm import settle, warm_up
from tests.benchmarks.bench_service import bare_query, timed, told
from tests.benchmarks.corpus import Asked, Corpus, build

_SHOWN = 45
_KEYS = 2
"""Suggestions are asked for from so many letters on, with every letter that follows."""


def _search(service: SearchService, asked: Asked) -> None:
    service.search(SearchRequest(q=asked.q, kommun=asked.kommun))


def _searches(service: SearchService, index: TantivySnapshot, queries: Sequence[Asked], name: str) -> None:
    """Print a round of searches: all of them, and by kind."""
    ours: dict[str, list[tuple[float, float]]] = {}
    bare: list[tuple[float, float]] = []
    for asked in queries:
        ours.setdefault(asked.kind, []).append(timed(partial(_search, service, asked)))
        bare.append(timed(partial(bare_query, index, asked.q)))
    print()
    for kind, times in ours.items():
        told(f"{name}, {kind}", times)
    wall, cpu = told(f"{name}, ALL", [one for times in ours.values() for one in times])
    bare_wall, bare_cpu = told(f"{name}, bare query", bare)
    print(f"a search takes {wall / bare_wall:.1f} times the bare query; of CPU {cpu / bare_cpu:.1f} times")


def _suggestions(service: SearchService, queries: Sequence[Asked], name: str) -> None:
    """Print a round of suggestions: what a reader sees letter by letter."""
    times = [
        timed(partial(service.suggest, asked.q[:length], asked.kommun, limit=6))
        for asked in queries
        for length in range(_KEYS, min(len(asked.q), 16))
    ]
    told(f"suggest, {name}", times)


def _resident() -> float:
    """MB of this process's memory that is no mapped file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Build, or open, the index and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--each", type=int, default=60, help="queries of each kind")
    parser.add_argument("--stages", action="store_true", help="profile a round, and show where it went")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as beside:
        folder = given.folder or Path(beside)
        folder.mkdir(parents=True, exist_ok=True)
        corpus = Corpus(given.documents, given.words)
        settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
        settings.registry.write_text(corpus.registry(), "utf-8")
        if not (settings.index_dir / "CURRENT").exists():
            build(corpus, settings.index_dir)
        engine = TantivyEngine(settings.index_dir)
        service = SearchService(engine, load_registry(settings.registry), settings)
        print(f"{engine.snapshot().documents} documents, {engine.snapshot().searcher.num_segments} segments")
        started = time.perf_counter()
        warm_up(service, threading.Event())
        settle()
        print(f"warmed up in {time.perf_counter() - started:.1f} s, {_resident():.0f} MB")
        queries = corpus.queries(given.each)
        _searches(service, engine.snapshot(), queries, "first time")
        _searches(service, engine.snapshot(), queries, "again")
        print()
        _suggestions(service, queries[: len(queries) // 2], "first time")
        _suggestions(service, queries[: len(queries) // 2], "again")
        print(f"{_resident():.0f} MB beyond mapped files")
        if given.stages:
            profile = cProfile.Profile()
            profile.enable()
            for asked in corpus.queries(given.each * 2)[len(queries) :]:
                _search(service, asked)
            profile.disable()
            pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(_SHOWN)


if __name__ == "__main__":
    main()
