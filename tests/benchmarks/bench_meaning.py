"""What does meaning cost a search? Searches with and without it, in the same run, over 200,000 vectors.

    .venv/bin/python tests/benchmarks/bench_meaning.py [--vectors 200000] [--queries 200] [--data-dir …]

The index is the demo's (crawled before by `make run`), the queries its golden ones, each asked once with a
fresh query vector. The vectors beside those of its pages are made up, in clusters, of other agencies: they
cost as real ones do. Times are of this process's processor (a busy machine makes clocks tell its business)
and by the clock. Without the extra `meaning` a model of random vectors stands in for the bundled one, and the
time of the query's vector is missing from the sum.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import demo
from crawler.registry import load_registry
from crawler.store import PageStore
from indexer import number_of, open_engine
from indexer.meaning import MEANT, EmbeddingModel, MeaningError, ModelChoice, open_model
from indexer.meaning.interface import Vector, usable
from indexer.meaning.nearest import Row, VectorSearch
from searchapi.evaluate import load_queries
from searchapi.meaning import Meaning
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
_AGENCIES = 290


class _Random:
    """Stands in for the bundled model where that is not installed."""

    name, size = "random", 384

    def query(self, text: str) -> Vector:
        """A vector that hangs on the text's length only."""
        return usable(np.random.default_rng(len(text)).standard_normal(self.size), self.size)

    passage = query


def _model() -> EmbeddingModel:
    try:
        return open_model(ModelChoice())
    except MeaningError as error:
        print(f"without the bundled model: {error}")
        return _Random()


def _filled(model: EmbeddingModel, store: PageStore, count: int) -> VectorSearch:
    generator = np.random.default_rng(1)
    centres = generator.standard_normal((2000, model.size)) + 2.0
    search = VectorSearch(model.size)

    def rows() -> Iterator[Row]:
        for row in store.documents():
            if row.record.doctype in MEANT:
                vector = usable(centres[0] + generator.standard_normal(model.size), model.size)
                yield Row(number_of(row.record.url), row.record.agency, row.record.doctype.value, vector)
        for number in range(count):
            values = centres[number % len(centres)] + 0.7 * generator.standard_normal(model.size)
            yield Row(number, f"agency{number % _AGENCIES}", "guide", usable(values, model.size))

    search.put(rows())
    return search


def _times(work: Callable[[str], object], queries: list[str], clock: Callable[[], float]) -> list[float]:
    times = []
    for query in queries:
        began = clock()
        work(query)
        times.append((clock() - began) * 1000)
    return times


def _told(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=100)
    return f"{name:<38} p50 {cuts[49]:7.2f} ms   p99 {cuts[98]:7.2f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--vectors", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=200, help="how many, from the file's beginning")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var" / "demo")
    options = parser.parse_args()
    folder = options.data_dir.resolve()
    if not (folder / "agencies.toml").is_file():
        raise SystemExit(f"{folder} holds no crawled demo: run `make run` first")
    settings = load_settings(data_dir=folder, registry=folder / "agencies.toml", database_url="")
    golden = load_queries(Path(demo.__file__).parent / "golden.toml")[: options.queries]
    homes = {query.q: query.kommun or None for query in golden}
    queries = list(homes)
    model = _model()
    with PageStore(settings.store_url) as store:
        vectors = _filled(model, store, options.vectors)
    engine, registry = open_engine(settings.index_dir), load_registry(settings.registry)
    print(f"{len(vectors)} vectors of {model.size} numbers, {len(queries)} queries")
    plain = SearchService(engine, registry, settings)
    _times(_asking(plain, homes), queries, time.process_time)  # read what searches need
    for what, clock in (("processor", time.process_time), ("clock", time.perf_counter)):
        _compare(
            what, clock, plain, SearchService(engine, registry, settings, Meaning(model, vectors)), homes
        )
        print(_told("the query's vector alone", _times(model.query, queries, clock)))
        print(
            _told("nearest of all vectors alone", _times(_nearest(model, vectors, queries), queries, clock))
        )


def _asking(service: SearchService, homes: dict[str, str | None]) -> Callable[[str], object]:
    return lambda query: service.search(SearchRequest(q=query, kommun=homes[query]))


def _nearest(model: EmbeddingModel, vectors: VectorSearch, queries: list[str]) -> Callable[[str], object]:
    known = {query: model.query(query) for query in queries}
    return lambda query: vectors.nearest(known[query], 40)


def _compare(
    what: str,
    clock: Callable[[], float],
    plain: SearchService,
    meant: SearchService,
    homes: dict[str, str | None],
) -> None:
    queries = list(homes)
    by_words = _times(_asking(plain, homes), queries, clock)
    fused = _times(_asking(meant, homes), queries, clock)
    again = _times(_asking(meant, homes), queries, clock)
    print(f"\nby the {what}")
    print(_told("search by words", by_words))
    print(_told("search by words and meaning", fused))
    print(_told("… the query's vector known", again))
    added = statistics.median(fused) - statistics.median(by_words)
    ratio = statistics.median(fused) / statistics.median(by_words)
    print(f"meaning adds {added:.2f} ms at p50: {ratio:.2f} times the search by words")


if __name__ == "__main__":
    main()
