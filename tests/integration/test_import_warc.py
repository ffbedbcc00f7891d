"""Do the records of another crawler's archive end as fetched pages do? The real program, real files."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.assignment import Origin
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl
from crawler.store import PageStore, RunSummary, UrlState
from indexer import open_engine
from tests.conftest import ROOT
from tests.integration.answers import page
from tests.integration.crawling import agency_toml
from tests.warcs import Writer, write_response

SITE = "https://www.norrvik.example"
REGISTRY = agency_toml("norrvik", f"{SITE}/", deny=["/hemligt"]) + agency_toml(
    "sjovik", "https://www.sjovik.example/"
)
PROGRAM = """
import typer
from searchapi.commands.import_warc import register
app = typer.Typer()
register(app)
app()
"""
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Home:
    """A data folder with a registry, and the program over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "agencies.toml").write_text(REGISTRY, "utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MEDBORGARSOK_")},
            "MEDBORGARSOK_DATA_DIR": str(folder),
            "MEDBORGARSOK_REGISTRY": str(folder / "agencies.toml"),
            "MEDBORGARSOK_MAX_BODY_BYTES": "200000",
            "COLUMNS": "200",
        }

    def archive(self, name: str, write: Callable[[Writer], None], *, packed: bool = True) -> Path:
        """A WARC file that `write` fills."""
        out = io.BytesIO()
        write(Writer(out, gzip=packed))
        path = self.folder / name
        path.write_bytes(out.getvalue())
        return path

    def command(self, *files: Path) -> list[str]:
        return [sys.executable, "-c", PROGRAM, *map(str, files)]

    def run(self, *files: Path) -> subprocess.CompletedProcess[str]:
        """Import, to the end."""
        return subprocess.run(
            self.command(*files),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def store(self) -> PageStore:
        return PageStore(f"sqlite:///{self.folder / 'store.sqlite3'}")

    def states(self, agency: str = "norrvik") -> dict[str, UrlState]:
        """Path -> state, but for what was only discovered."""
        with self.store() as store:
            states = list(store.url_states(agency))
        return {
            state.url.partition(".example")[2]: state
            for state in states
            if state.outcome is not Outcome.NOT_VISITED
        }

    def runs(self) -> list[RunSummary]:
        with self.store() as store:
            return store.runs()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_records_end_as_fetched_pages_do(home: Home) -> None:
    def write(writer: Writer) -> None:
        links = '<a href="/bygglov">Sök bygglov här</a> <a href="/ny">Nytt om detta</a>'
        write_response(writer, f"{SITE}/", page("Norrviks kommun", links))
        write_response(writer, f"{SITE}/bygglov?utm_source=brev", page("Bygglov"))
        write_response(writer, f"{SITE}/bygglov", page("Bygglov, gammal"), date="2025-01-01T00:00:00Z")
        write_response(writer, f"{SITE}/kopia?a=1", page("Bygglov"))
        write_response(writer, f"{SITE}/flyttad", status="301 Moved", headers=[("Location", "/bygglov")])
        write_response(writer, f"{SITE}/rundgang", status="302 Found", headers=[("Location", "/rundgang2")])
        write_response(writer, f"{SITE}/rundgang2", status="302 Found", headers=[("Location", "/rundgang")])
        write_response(writer, f"{SITE}/borta", page("Sidan finns inte"), status="404 Not Found")
        write_response(writer, f"{SITE}/nedlagd", status="410 Gone")
        write_response(writer, f"{SITE}/trasig", status="500 Internal Server Error")
        write_response(writer, f"{SITE}/dold", page("Dold", head='<meta name="robots" content="noindex">'))
        canonical = f'<link rel="canonical" href="{SITE}/bygglov">'
        write_response(writer, f"{SITE}/bygglov/utskrift", page("Bygglov", head=canonical))
        write_response(writer, f"{SITE}/stor", b"<p>" + b"x" * 300_000)
        write_response(writer, f"{SITE}/del", page("Del"), WARC_Truncated="time")
        write_response(writer, f"{SITE}/tom", b"<html></html>")
        write_response(writer, f"{SITE}/hemligt/x", page("Hemligt"))
        write_response(writer, f"{SITE}/stil.css", b"p {}", headers=[("Content-Type", "text/css")])
        write_response(writer, f"{SITE}/robots.txt", b"User-agent: *", headers=[])
        write_response(writer, "https://www.annan.example/", page("Annan"))
        write_response(writer, f"{SITE}/framtid", page("Framtid"), date="2199-01-01T00:00:00Z")
        write_response(writer, "https://www.sjovik.example/", page("Sjöviks kommun"))

    done = home.run(home.archive("crawl.warc.gz", write))
    assert done.returncode == 0, done.stdout + done.stderr
    states = home.states()
    assert {path: state.outcome.value for path, state in states.items()} == {
        "/": "indexed",
        "/bygglov": "indexed",
        "/kopia?a=1": "duplicate",
        "/flyttad": "redirected",
        "/rundgang": "redirect_loop",
        "/rundgang2": "redirect_loop",
        "/borta": "not_found",
        "/nedlagd": "gone",
        "/trasig": "http_error",
        "/dold": "noindex",
        "/bygglov/utskrift": "canonical_elsewhere",
        "/stor": "too_large",
        "/del": "truncated",
        "/tom": "empty",
    }
    assert {state.last_visit for state in states.values()} == {MARCH}
    assert states["/flyttad"].canonical_url == f"{SITE}/bygglov"
    with home.store() as store:
        document = store.document(CanonicalUrl(f"{SITE}/bygglov"))
        assert document is not None
        assert document.record.title == "Bygglov"
        assert document.record.fetched == document.record.checked == MARCH
        assert document.anchors == ("Sök bygglov här",)
        # What the archive lacks is left for the next crawl.
        waiting = store.url_state(f"{SITE}/ny")
        assert waiting is not None
        assert waiting.outcome is Outcome.NOT_VISITED
    runs = {run.agency: run for run in home.runs()}
    assert {run.origin for run in runs.values()} == {Origin.IMPORT}
    assert {run.status for run in runs.values()} == {"finished"}
    assert runs["sjovik"].outcomes == {Outcome.INDEXED: 1}
    assert open_engine(home.folder / "index").snapshot().documents == 3
    for told in (
        "an older record of the same address │ 1",
        "left out by allow and deny of the registry │ 1",
        "no page or document │ 2",
        "of a host of no agency │ 1",
        "dated in the future │ 1",
    ):
        assert told.split(" │ ")[0] in done.stdout
    assert "21 records; skipped: 6" in done.stdout


def test_older_records_change_nothing_and_newer_ones_do(home: Home) -> None:
    def write(title: str, date: str, **more: str) -> Callable[[Writer], None]:
        return lambda writer: write_response(writer, f"{SITE}/a", page(title), date=date)

    def title() -> str:
        with home.store() as store:
            row = store.document(CanonicalUrl(f"{SITE}/a"))
            assert row is not None
            return row.record.title

    march = home.archive("march.warc", write("Mars", "2026-03-01T12:00:00Z"), packed=False)
    assert home.run(march).returncode == 0
    assert title() == "Mars"
    february = home.archive("february.warc", write("Februari", "2026-02-01T12:00:00Z"))
    done = home.run(february, march)
    assert done.returncode == 0
    assert "no newer than the last visit" in done.stdout
    assert "an older record of the same address" in done.stdout
    assert "Nothing was imported" in done.stderr
    assert len(home.runs()) == 1
    assert title() == "Mars"
    april = home.archive("april.warc", write("April", "2026-04-01T12:00:00Z"))
    assert home.run(february, april, march).returncode == 0
    assert title() == "April"


def test_what_is_whole_before_a_fault_is_imported_and_the_fault_is_told(home: Home) -> None:
    def write(writer: Writer) -> None:
        for number in range(5):
            write_response(writer, f"{SITE}/{number}", page(f"Sida {number}", f"<p>Om {number}</p>" * 9))

    path = home.archive("torn.warc", write, packed=False)
    whole = path.read_bytes()
    cut = whole.rindex(b"WARC/1.0")
    path.write_bytes(whole[: cut + 300])
    garbage = home.folder / "garbage.warc"
    garbage.write_bytes(b"<html>no archive</html>\n" * 100)
    done = home.run(garbage, path)
    assert done.returncode == 1
    assert set(home.states()) == {"/0", "/1", "/2", "/3"}
    said = " ".join(done.stderr.split())
    assert f"torn.warc: broken at byte {cut}" in said
    assert "garbage.warc: broken at byte 0: no WARC record begins with" in said
    assert "Traceback" not in done.stderr
    missing = home.run(home.folder / "missing.warc")
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr


def test_an_archive_that_tells_of_the_end_of_a_site_is_held_by_the_wipe_guard(home: Home) -> None:
    def pages(writer: Writer) -> None:
        for number in range(30):
            write_response(writer, f"{SITE}/{number}", page(f"Sida {number}", f"<p>Om {number}</p>" * 9))

    def ends(writer: Writer) -> None:
        for number in range(28):
            write_response(writer, f"{SITE}/{number}", status="410 Gone", date="2026-04-01T00:00:00Z")

    assert home.run(home.archive("pages.warc.gz", pages)).returncode == 0
    done = home.run(home.archive("ends.warc.gz", ends))
    assert [run.status for run in home.runs()] == ["held", "finished"]
    assert "held" in done.stdout
    with home.store() as store:
        assert store.document_counts() == {"norrvik": 30}


def test_ctrl_c_keeps_what_was_read_and_the_next_import_goes_on(home: Home) -> None:
    pages = 600

    def write(writer: Writer) -> None:
        for number in range(pages):
            write_response(writer, f"{SITE}/{number}", page(f"Sida {number}", f"<p>Om {number}</p>" * 20))

    path = home.archive("long.warc.gz", write)
    process = subprocess.Popen(
        home.command(path),
        cwd=ROOT,
        env=home.environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Reading" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    (run,) = home.runs()
    assert run.status == "stopped"
    kept = len(home.states())
    assert kept < pages
    assert home.run(path).returncode == 0
    assert len(home.states()) == pages
    assert [run.outcomes[Outcome.INDEXED] for run in home.runs()] == [pages - kept, kept]
