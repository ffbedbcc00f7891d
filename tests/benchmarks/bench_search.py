"""How fast is matching, beside a bare Tantivy query of the same words on the same index?

    python -m tests.benchmarks.bench_search [--documents 50000] [--words 150] [--index FOLDER]

Documents are drawn from the Swedish word list by its frequencies (Zipfian, as language is), so nothing is
needed but the product. The index is kept in FOLDER, when given, and used again. CPU time is the thread's own,
which a busy machine disturbs less.
"""

import argparse
import itertools
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tantivy import Occur, Query

from crawler.record import CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from crawler.store import Change, DocumentRow
from indexer.analysis import Analyzer
from indexer.analysis.lexicon import swedish_lexicon
from indexer.engine import Alternative, Clause, Field, Form, Plan
from indexer.generations import Generations
from indexer.snapshot import TantivySnapshot
from indexer.tantivy_engine import TantivyEngine
from indexer.writer import TantivyWriter

_BATCH = 2000
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


def _changes(count: int, words: int) -> Iterator[Change]:
    lexicon = swedish_lexicon()
    vocabulary = [word for word in lexicon.words if lexicon.commonness(word) > 1.5]
    cumulative = list(itertools.accumulate(10 ** lexicon.commonness(word) for word in vocabulary))
    source = random.Random(7)
    now = datetime.now(UTC)
    types = list(Doctype)
    for number in range(count):
        text = " ".join(source.choices(vocabulary, cum_weights=cumulative, k=words))
        title = " ".join(source.choices(vocabulary, cum_weights=cumulative, k=4))
        host = f"www.kommun{number % 40}.example"
        url = CanonicalUrl(f"https://{host}/{number}")
        record = DocumentRecord(
            url=url,
            requested_url=RequestedUrl(url),
            agency=f"kommun{number % 40}",
            host=host,
            title=title,
            headings=(title, text[:40]),
            text=text,
            description=text[:120],
            doctype=types[number % len(types)],
            fetched=now,
            checked=now,
            published=date(2020, 1, 1) + timedelta(days=number % 2000),
            signature=f"{source.getrandbits(64):016x}",
        )
        yield Change(number + 1, url, DocumentRow(record, (title,), (), number + 1))


def _build(folder: Path, count: int, words: int) -> None:
    generations = Generations(folder)
    with generations.writing():
        generation = generations.new()
        writer = TantivyWriter(generations, generation, new=True)
        changes = _changes(count, words)
        started = time.perf_counter()
        for first in range(0, count, _BATCH):
            writer.apply(itertools.islice(changes, _BATCH))
            print(f"\r{min(count, first + _BATCH)} documents", end="", flush=True)
        writer.commit(count)
        writer.close()
        generations.switch(generation)
    seconds = time.perf_counter() - started
    print(f"\rindexed {count} documents of {words} words in {seconds:.1f} s: {count / seconds:.0f} a second")


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
    parser.add_argument("--words", type=int, default=150)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as beside:
        folder = given.index or Path(beside)
        if not (folder / "CURRENT").exists():
            _build(folder, given.documents, given.words)
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
