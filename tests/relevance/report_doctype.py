"""How often is a page understood rightly? Doctype, e-legitimation, contacts, actions against people's word.

    .venv/bin/python -m tests.relevance.report_doctype [--wrong]

Two sets: the pages of ../shared/real that labelled/real.tsv names (served by that folder's own server), and
the demo federation, whose authors say of each page what it is; nothing of that truth is in what is read.
A list of minutes counts as `minutes` and as `other`: the demo's authors call it other, and crawler.understand
keeps it among the minutes on purpose (see crawler/understand/rules).
"""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from zlib import crc32

from crawler.extract import extract
from crawler.page import ExtractedPage, FetchedPage, UnreadablePage
from crawler.record import Contact, DocumentRecord, RequestedUrl
from crawler.registry import Agency, AgencyKind
from crawler.understand import understand
from crawler.urls import canonicalise
from demo.answers import Request
from demo.federation import Federation
from demo.truth import PageTruth, truth

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
LABELS = Path(__file__).parent / "labelled" / "real.tsv"
SETS = ("va", "city", "sfs", "mlaw", "swefaq")
FACTS = (
    ("name", "name"), ("role", "role"), ("phone", "phone_written"), ("email", "email"),
    ("visiting", "visiting_address"), ("postal", "postal_address"), ("hours", "opening_hours"),
)  # fmt: skip
_NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class Score:
    """Counts of one set of pages."""

    name: str
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, expected: str, record: DocumentRecord) -> None:
        """Count one page. `expected` names several doctypes where a page can be read in several ways."""
        allowed = expected.split("|")
        got = str(record.doctype)
        said = got if got in allowed else allowed[0]
        self.pairs[said, got] += 1
        if said != got:
            why = ", ".join(f"{e.rule} {e.weight:+g}" for e in record.doctype_evidence[:5])
            self.wrong.append(f"  {expected} -> {got}: {record.url} ({why})")

    def f1(self) -> dict[str, float]:
        """F1 by doctype, for those that occur."""
        out = {}
        for kind in sorted({said for said, _ in self.pairs}):
            hits = self.pairs[kind, kind]
            seen = sum(n for (said, got), n in self.pairs.items() if kind in (said, got)) + hits
            out[kind] = 2 * hits / seen if seen else 0.0
        return out

    def macro_f1(self) -> float:
        """The mean of F1 over the doctypes that occur."""
        scores = self.f1()
        return sum(scores.values()) / max(len(scores), 1)

    def show(self) -> None:
        """Print macro-F1, F1 by doctype and the confusions."""
        scores = self.f1()
        pages, right = sum(self.pairs.values()), sum(n for (a, b), n in self.pairs.items() if a == b)
        print(
            f"{self.name}: {pages} pages, {right / max(pages, 1):.2%} right, macro-F1 {self.macro_f1():.3f}"
        )
        for kind, score in scores.items():
            count = sum(n for (said, _), n in self.pairs.items() if said == kind)
            confused = {got: n for (said, got), n in self.pairs.items() if said == kind and got != kind}
            print(f"    {kind:9} {count:5}  F1 {score:.3f}  {confused or ''}")


def agency_of(host: str) -> Agency:
    """A registry entry for a host that has none here."""
    return Agency(id="x", name="X", kind=AgencyKind.OTHER, seeds=(f"http://{host}/",))


def understood(url: str, body: bytes, content_type: str) -> tuple[ExtractedPage, DocumentRecord] | None:
    """The page and its record; None where nothing can be read."""
    page = FetchedPage(RequestedUrl(url), url, 200, {"content-type": content_type}, body, _NOW)
    try:
        extracted = extract(page)
    except UnreadablePage:
        return None
    return extracted, understand(page, extracted, agency_of(urlsplit(url).hostname or "x"), canonicalise(url))


def real_pages() -> Iterator[tuple[str, str, bytes, str]]:
    """URL, label, body and content type of every labelled page of the real sets."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    sites = [str(SHARED / "real" / name) for name in SETS]
    command = [sys.executable, str(SHARED / "tools" / "siteserver.py"), *sites, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            for line in LABELS.read_text("utf-8").splitlines()[1:]:
                place, label = line.split("\t")
                host, _, path = place.partition("/")
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}/{quote(path)}", headers={"Host": host}
                )
                try:
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        yield f"http://{place}", label, answer.read(), answer.headers["Content-Type"]
                except urllib.error.HTTPError as error:
                    print(f"  {place}: {error}")
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Return when the server answers; raise TimeoutError after ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server on port {port}")


def measure_real() -> tuple[Score, Score]:
    """The real sets: the half that the rules were looked at with, and the other one."""
    halves = (Score("real sets, first half"), Score("real sets, other half"))
    for url, label, body, content_type in real_pages():
        if read := understood(url, body, content_type):
            halves[crc32(url.encode()) & 1].add(label, read[1])
    return halves


def plain(text: str) -> str:
    """Letters and digits only: how a fact is set on the page is the theme's business."""
    return re.sub(r"\W", "", text.lower())


def same_contact(contact: Contact, facts: dict[str, str]) -> bool:
    """Whether a contact is the one that its author meant."""
    digits: Callable[[str], str] = lambda text: re.sub(r"\D", "", text)  # noqa: E731
    return bool(
        (contact.email and contact.email == facts.get("email"))
        or (contact.phone_written and digits(contact.phone_written) == digits(facts.get("phone", "")))
        or (contact.name and plain(contact.name) == plain(facts.get("name", "")))
    )


@dataclass
class Figures:
    """What was measured on the demo federation."""

    score: Score = field(default_factory=lambda: Score("demo federation"))
    eid: Counter[bool] = field(default_factory=Counter)
    facts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)

    def right_facts(self) -> float:
        """The share of contact facts that were read rightly."""
        return sum(n for (_, ok), n in self.facts.items() if ok) / max(self.facts.total(), 1)

    def show(self) -> None:
        """Print all of it."""
        self.score.show()
        total, right = self.eid.total(), self.eid[True]
        print(f"    e-legitimation: {right} of {total} right ({right / max(total, 1):.2%})")
        each = [
            f"{kind} {self.facts[kind, True]}/{self.facts[kind, True] + self.facts[kind, False]}"
            for kind in [*dict(FACTS), "first"]
        ]
        print(f"    contact facts: {self.right_facts():.2%} right of {self.facts.total()}: {', '.join(each)}")
        found, expected = self.actions["found"], self.actions["expected"]
        print(f"    actions of guides: {found} of {expected} found, {self.actions['beside']} beside them")


def measure_demo() -> Figures:
    """The demo federation."""
    federation, figures = Federation(), Figures()
    for url, known in truth(federation=federation).items():
        parts = urlsplit(url)
        answer = federation.answer(
            Request(method="GET", host=parts.hostname or "", path=parts.path, query=parts.query)
        )
        read = understood(url, answer.body, answer.content_type) if answer.status == 200 else None
        if read is None:
            continue
        page, record = read
        listing = known.kind == "other" and any("protokoll" in link.url for link in page.links)
        figures.score.add(f"{known.kind}|minutes" if listing else known.kind, record)
        if known.kind == "eservice" and known.eid is not None:
            figures.eid[known.eid == record.needs_eid] += 1
            if known.eid != record.needs_eid:
                figures.score.wrong.append(f"  e-legitimation {known.eid} -> {record.needs_eid}: {url}")
        figures.score.wrong += count_contacts(url, known, page, record, figures.facts)
        count_actions(known, record, figures.actions)
    return figures


def count_contacts(
    url: str, known: PageTruth, page: ExtractedPage, record: DocumentRecord, facts: Counter[tuple[str, bool]]
) -> list[str]:
    """Count the facts that stand on the page and were read; the wrong ones are returned."""
    wrong = []
    shown = plain(" ".join(block.text for block in page.blocks if block.region != "chrome"))
    for expected in known.contacts:
        found = next((c for c in record.contacts if same_contact(c, expected)), Contact())
        for fact, name in FACTS:
            value = expected.get(fact, "")
            if value and plain(value) in shown:
                got = getattr(found, name)
                facts[fact, plain(got) == plain(value)] += 1
                if plain(got) != plain(value):
                    wrong.append(f"  {fact} {value!r} -> {got!r}: {url}")
    if known.contacts and known.kind not in {"minutes", "law", "steering", "report", "other", "job"}:
        facts["first", bool(record.contacts) and same_contact(record.contacts[0], known.contacts[0])] += 1
    return wrong


def count_actions(known: PageTruth, record: DocumentRecord, actions: Counter[str]) -> None:
    """Count the links of the "Självservice" box that became actions, and what became one beside them."""
    if known.kind not in {"guide", "place"}:
        return
    expected = {canonicalise(url): kind for kind, url in known.actions if kind != "guide"}
    found = {action.url: str(action.kind) for action in record.actions}
    actions["expected"] += len(expected)
    actions["found"] += sum(found.get(url) == kind for url, kind in expected.items())
    actions["beside"] += sum(url not in expected for url in found)


def main() -> None:
    """Print the report; --wrong lists every disagreement."""
    wrong: list[str] = []
    if (SHARED / "real").is_dir():
        for half in measure_real():
            half.show()
            wrong += half.wrong
    figures = measure_demo()
    figures.show()
    if "--wrong" in sys.argv:
        print("\n".join([*wrong, *figures.score.wrong]))


if __name__ == "__main__":
    main()
