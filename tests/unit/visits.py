"""How do tests of the page store say what crawls found? Runs, each a day after the last, in few words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crawler.assignment import Assignment, Scope
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "www.norrby.example"


def url(path: str) -> CanonicalUrl:
    """The URL of a path of the one agency."""
    return CanonicalUrl(f"https://{HOST}{path}")


def record(path: str, text: str, at: datetime) -> DocumentRecord:
    """A page that says `text`."""
    return DocumentRecord(
        url=url(path),
        requested_url=RequestedUrl(url(path)),
        agency="norrby",
        host=HOST,
        title="Bygglov",
        text=text,
        fetched=at,
        checked=at,
        content_hash=f"hash of {text}",
    )


def visit(
    path: str, outcome: Outcome = Outcome.INDEXED, *, at: datetime, text: str = "Så gör du.", **more: object
) -> Visit:
    """A visit of a path. INDEXED brings a record, each path its own unless `text` is given."""
    values: dict[str, object] = {"http_status": 200, "size": 100, "canonical_url": url(path), **more}
    kept = record(path, text, at) if outcome is Outcome.INDEXED else None
    return Visit(url=url(path), agency="norrby", outcome=outcome, at=at, record=kept, **values)  # type: ignore[arg-type]


class Crawls:
    """Crawl runs of one agency, one a day."""

    def __init__(self, store: PageStore) -> None:
        self.store = store
        self.now = START

    def begin(self, scope: Scope = Scope.AGENCY, *, continues: int | None = None) -> int:
        """Begin a run, a day after the last; visits that follow are a minute after its beginning."""
        self.now += DAY
        run = self.store.begin_run(
            "norrby", self.now, assignment=Assignment("norrby", scope, "x", continues=continues)
        )
        self.now += timedelta(minutes=1)
        return run

    def save(
        self, run: int, paths: Iterable[str], outcome: Outcome = Outcome.INDEXED, **more: object
    ) -> None:
        """Visit paths, all with the same end."""
        visits = [visit(path, outcome, at=self.now, **more) for path in paths]  # type: ignore[arg-type]
        self.store.save_visits(run, visits)

    def finish(self, run: int, status: str = "finished") -> str:
        """End a run with the guard's own limits."""
        return self.store.finish_run(run, status, self.now + timedelta(minutes=5))

    def crawl(self, paths: Iterable[str], outcome: Outcome = Outcome.INDEXED, **more: object) -> str:
        """A whole run in which every path ends the same way. Return the status that it got."""
        run = self.begin()
        self.save(run, paths, outcome, **more)
        return self.finish(run)

    @property
    def documents(self) -> int:
        """How many documents stand."""
        return self.store.document_counts().get("norrby", 0)

    def seen(self, after: int) -> list[tuple[str, bool]]:
        """What the index is told after a revision: path, and whether the document is there."""
        changes = self.store.changes_since(after, limit=10_000)
        return [
            (change.url.removeprefix(f"https://{HOST}"), change.document is not None) for change in changes
        ]
