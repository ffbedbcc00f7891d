"""How fast is a whole search, beside a bare Tantivy query of the same words on the same index?

    python -m tests.benchmarks.bench_service [DATA_DIR] [--rounds 4] [--stages]

DATA_DIR is a crawled demo's (var/demo after `make run`); without it, the demo is crawled into a folder that
is thrown away afterwards. The queries are the demo's golden ones. Search and bare query take turns, query by
query, so that what else the machine does meets both alike. Beside the time on the wall stands the thread's
own CPU time, which a busy machine disturbs less. The first round meets every query for the first time, as a
citizen with a question of one's own does; the later ones find words and pages that were looked at before.
"""

import argparse
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from tantivy import Occur, Query

import demo
from crawler.registry import load_registry
from indexer.analysis import Analyzer
from indexer.snapshot import TantivySnapshot
from indexer.tantivy_engine import TantivyEngine
from searchapi.commands.evaluate import GOLDEN_QUERIES
from searchapi.crawling import crawl
from searchapi.evaluate import GoldenQuery, load_queries
from searchapi.processes import start_demo_sites, wait_until_served
from searchapi.query import parse
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from tests.conftest import free_port

_Times = list[tuple[float, float]]
_SHOWN = 40


@contextmanager
def _demo(given: Path | None) -> Iterator[Settings]:
    """The settings of a crawled demo."""
    if given is not None:
        yield Settings(data_dir=given, registry=given / "agencies.toml", allow_private_addresses=True)
        return
    with tempfile.TemporaryDirectory() as beside:
        folder, port = Path(beside), free_port()
        registry = folder / "agencies.toml"
        registry.write_text(demo.registry_text(port), "utf-8")
        settings = Settings(data_dir=folder, registry=registry, demo_port=port, allow_private_addresses=True)
        agencies = load_registry(registry)
        with start_demo_sites(port) as sites:
            wait_until_served(sites, port)
            crawl(settings, agencies, [agency.id for agency in agencies], Console())
        yield settings


def bare_query(snapshot: TantivySnapshot, query: str) -> None:
    """What somebody would write first: the words, or-ed, in title and text, ten best and how many."""
    terms = [term for word in parse(query).all_words for term in Analyzer().terms(word.text)]
    words = [
        (Occur.Should, Query.term_query(snapshot.schema, field, term.lemma, "position"))
        for term in terms
        for field in ("title", "body")
    ]
    snapshot.searcher.search(Query.boolean_query(words), 10, count=True)


def timed(job: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the wall and of this thread."""
    started, started_cpu = time.perf_counter(), time.thread_time()
    job()
    return (time.perf_counter() - started) * 1000, (time.thread_time() - started_cpu) * 1000


def told(name: str, times: _Times) -> tuple[float, float]:
    """Print the percentiles of a round, and return the medians."""
    columns = []
    for label, values in zip(("wall", "cpu"), zip(*times, strict=True), strict=True):
        cuts = statistics.quantiles(values, n=100)
        columns.append(f"{label} p50 {cuts[49]:6.2f}  p90 {cuts[89]:6.2f}  p99 {cuts[98]:6.2f} ms")
    print(f"{name:<24} {'   '.join(columns)}")
    wall, cpu = (statistics.median(values) for values in zip(*times, strict=True))
    return wall, cpu


def _compare(
    name: str, queries: list[GoldenQuery], ours: Callable[[GoldenQuery], object], bare: Callable[[str], None]
) -> None:
    own: _Times = []
    other: _Times = []
    for query in queries:
        own.append(timed(partial(ours, query)))
        other.append(timed(partial(bare, query.q)))
    wall, cpu = told(f"search, {name}", own)
    bare_wall, bare_cpu = told(f"bare query, {name}", other)
    print(f"a search takes {wall / bare_wall:.1f} times the bare query; of CPU {cpu / bare_cpu:.1f} times")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument(
        "--stages", action="store_true", help="profile one more round, and show where it went"
    )
    given = parser.parse_args()
    with _demo(given.data) as settings:
        engine = TantivyEngine(settings.index_dir)
        service = SearchService(engine, load_registry(settings.registry), settings)
        snapshot = engine.snapshot()
        queries = load_queries(GOLDEN_QUERIES, port=settings.demo_port)
        print(f"{len(queries)} queries, {snapshot.documents} documents, ", end="")
        print(f"{snapshot.searcher.num_segments} segments")

        def ours(query: GoldenQuery) -> object:
            return service.search(SearchRequest(q=query.q, kommun=query.kommun or None))

        def bare(query: str) -> None:
            bare_query(snapshot, query)

        # Read once what is read at the first search: word lists, thesaurus, spelling.
        for words in ("bygglov", "byglov sökka", "who do i call"):
            service.search(SearchRequest(q=words))
            bare(words)
        _compare("first time", queries, ours, bare)
        _compare("again", queries * max(1, given.rounds - 1), ours, bare)
        if given.stages:
            profile = cProfile.Profile()
            profile.enable()
            for query in queries:
                ours(query)
            profile.disable()
            pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(_SHOWN)


if __name__ == "__main__":
    main()
