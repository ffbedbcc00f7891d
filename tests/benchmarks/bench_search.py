"""How fast is matching, beside a bare Tantivy query of the same words on the same index?

    python -m tests.benchmarks.bench_search [--documents 50000] [--words 100] [--index FOLDER]

The documents are those of corpus.py, so nothing is needed but the product. The index is kept in FOLDER, when
given, and used again. CPU time is the thread's own, which a busy machine disturbs less.
"""

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tantivy import Occur, Query

from indexer.analysis import Analyzer
from indexer.engine import Alternative, Clause, Field, Form, Plan
from indexer.snapshot import TantivySnapshot
from indexer.tantivy_engine import TantivyEngine
from tests.benchmarks.corpus import Corpus, build

_WEIGHTS = {
    Field.TITLE: 3.0,
    Field.HEADINGS: 1.5,
    Field.ANCHORS: 2.0,
    Field.TRAIL: 1.0,
    Field.DESCRIPTION: 1.2,
    Field.CONTACT: 1.0,
    Field.BODY: 1.0,
}
_FORMS = {Form.EXACT: 1.0, Form.LEMMA: 0.9, Form.PART: 0.5, Form.FOLDED: 0.4}


def _queries(snapshot: TantivySnapshot) -> list[list[str]]:
    """Words of all degrees of commonness, one to four a query, as they come in the documents."""
    source = random.Random(11)
    words = [word.text for word in snapshot.frequent_words(20_000)[50:] if word.text.isalpha()]
    return [source.sample(words, source.choice((1, 2, 2, 3, 4))) for _ in range(300)]


def _plan(words: list[str]) -> Plan:
    return Plan(
        clauses=tuple(Clause((Alternative(word),)) for word in words),
        phrases=(Alternative(" ".join(words)),) if len(words) > 1 else (),
        field_weights=_WEIGHTS,
        form_weights=_FORMS,
    )


def _bare(snapshot: TantivySnapshot, words: list[str], count: bool) -> None:
    """What somebody would write first: the words, or-ed, in title and text, ten best and how many."""
    terms = [term for word in words for term in Analyzer().terms(word)]
    query = Query.boolean_query(
        [
            (Occur.Should, Query.term_query(snapshot.schema, field, term.lemma, "position"))
            for term in terms
            for field in ("title", "body")
        ]
    )
    snapshot.searcher.search(query, 10, count=count)


def _timed(name: str, jobs: list[Callable[[], object]]) -> float:
    for job in jobs[:50]:
        job()
    wall, cpu = [], []
    for job in jobs:
        started, started_cpu = time.perf_counter(), time.thread_time()
        job()
        cpu.append((time.thread_time() - started_cpu) * 1000)
        wall.append((time.perf_counter() - started) * 1000)
    p50, p99 = (statistics.quantiles(wall, n=100)[at] for at in (49, 98))
    own = statistics.median(cpu)
    print(f"{name:<42} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   CPU p50 {own:6.2f} ms")
    return own


def main() -> None:
    """Build, or open, the index and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as beside:
        folder = given.index or Path(beside)
        if not (folder / "CURRENT").exists():
            build(Corpus(given.documents, given.words), folder)
        snapshot = TantivyEngine(folder).snapshot()
        print(f"{snapshot.documents} documents, {snapshot.searcher.num_segments} segments")
        queries = _queries(snapshot)
        bare = _timed(
            "bare OR, 10 best and the count", [lambda q=q: _bare(snapshot, q, True) for q in queries]
        )
        _timed("bare OR, 10 best only", [lambda q=q: _bare(snapshot, q, False) for q in queries])
        ours = _timed(
            "match(): 200 candidates, total, facets", [lambda q=q: snapshot.match(_plan(q)) for q in queries]
        )
        _timed("count()", [lambda q=q: snapshot.count(_plan(q)) for q in queries])
        matches = [snapshot.match(_plan(q)).candidates[:10] for q in queries]
        _timed("fetch() of 10", [lambda m=m: snapshot.fetch([c.key for c in m]) for m in matches])
        _timed(
            "words_with_prefix(), 1 to 4 letters",
            [lambda q=q: snapshot.words_with_prefix(q[0][: 1 + len(q[0]) % 4], 10) for q in queries],
        )
        print(f"match() takes {ours / bare:.1f} times the bare query's CPU time")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB resident at most")


if __name__ == "__main__":
    main()
