"""Is nothing lost where a crawl is killed, a body is broken, a document is heavy or the disk is full?"""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest

from crawler.outcomes import Outcome
from crawler.store import PageStore
from tests.integration.answers import Asked, Handler, links, page, plain, serve
from tests.integration.crawling import agency_toml, crawl, fetch, job
from tests.integration.faultserver import FaultServer


def _with_etag(body: bytes) -> Handler:
    tag = f'"{crc32(body)}"'

    async def handler(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers.get("if-none-match") == tag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            await plain(writer, body, headers=f"ETag: {tag}\r\n")

    return handler


@pytest.fixture(scope="module")
def sites() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def _big_site(sites: FaultServer, name: str, pages: int) -> None:
    """A front page that answers "not modified", and pages that it alone links to."""
    paths = [f"/{number}" for number in range(pages)]
    sites.routes[f"{name}/"] = _with_etag(page("Start", links(*paths)))
    for path in paths:
        sites.routes[f"{name}{path}"] = _with_etag(page(f"Sidan {path}"))


@contextmanager
def _crawl_ended_by(number: int, folder: Path, registry: str, agency: str) -> Iterator[None]:
    """A crawl that has some documents while the block runs, and is then ended by a signal."""
    (folder / "agencies.toml").write_text(registry, "utf-8")
    command = [sys.executable, "-m", "crawler.fetch"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job(folder, [agency])))
        process.stdin.close()
        try:
            assert any(json.loads(line).get("documents", 0) >= 2 for line in process.stdout)
            yield
        finally:
            process.send_signal(number)
            process.stdout.read()


def test_a_killed_crawl_is_made_good_by_the_next(sites: FaultServer, tmp_path: Path) -> None:
    """Pages answer "not modified" to the second crawl: what they link to has to be found all the same."""
    _big_site(sites, "dodad", 12)
    slow = agency_toml("dodad", sites.url("dodad"), delay=0.6, concurrency=1)
    with _crawl_ended_by(signal.SIGKILL, tmp_path, slow, "dodad"):
        pass
    crawled = crawl(tmp_path, agency_toml("dodad", sites.url("dodad")), ["dodad"])
    with PageStore(crawled.store_url) as store:
        assert store.document_counts() == {"dodad": 13}
        assert [run.status for run in store.runs()] == ["finished", "interrupted"]


def test_what_single_recrawls_saw_is_followed_by_the_next_crawl(sites: FaultServer, tmp_path: Path) -> None:
    registry = agency_toml("enskild", sites.url("enskild"))
    _big_site(sites, "enskild", 1)
    crawl(tmp_path, registry, ["enskild"])
    sites.routes["enskild/0"] = _with_etag(page("Sidan i ny form", links("/ny")))
    sites.routes["enskild/ny"] = serve(page("Ny sida"))
    one = {**job(tmp_path, []), "urls": [sites.url("enskild", "/0")]}
    fetch(json.dumps(one)).check_returncode()
    crawled = crawl(tmp_path, registry, ["enskild"])
    assert crawled.outcomes("enskild")[sites.url("enskild", "/ny")] is Outcome.INDEXED


def test_an_agency_is_crawled_by_one_process_at_a_time(sites: FaultServer, tmp_path: Path) -> None:
    _big_site(sites, "ensam", 40)
    registry = agency_toml("ensam", sites.url("ensam"), delay=1, concurrency=1)
    with _crawl_ended_by(signal.SIGTERM, tmp_path, registry, "ensam"):
        second = crawl(tmp_path, registry, ["ensam"])
    assert second.status == 2
    assert "another process crawls ensam already" in second.events[-1]["message"]
    with PageStore(second.store_url) as store:
        assert [run.status for run in store.runs()] == ["stopped"]


def test_a_body_that_cant_be_decompressed_is_told_so(sites: FaultServer, tmp_path: Path) -> None:
    for kind in ("gzip", "deflate", "br", "zstd"):
        body = b"\x28\xb5\x2f\xfd" + b"\xff" * 1_000 if kind == "zstd" else b"\xff" * 1_000
        sites.routes[f"packad/{kind}"] = serve(body, headers=f"Content-Encoding: {kind}\r\n")
    sites.routes["packad/"] = serve(page("Packad", links("/gzip", "/deflate", "/br", "/zstd", "/hel")))
    sites.routes["packad/hel"] = serve(page("Hel"))
    crawled = crawl(tmp_path, agency_toml("packad", sites.url("packad")), ["packad"])
    outcomes = {url.rpartition("/")[2]: outcome for url, outcome in crawled.outcomes("packad").items()}
    assert outcomes.pop("hel") is outcomes.pop("") is Outcome.INDEXED
    assert set(outcomes.values()) == {Outcome.TRUNCATED}
    assert "Traceback" not in crawled.messages


def test_heavy_documents_keep_no_other_agency_waiting(sites: FaultServer, tmp_path: Path) -> None:
    heavy = b"{\\rtf1\\ansi " + b"\\'e5\\u229? bygglov " * 60_000 + b"}"
    names = [f"/{number}.rtf" for number in range(4)]
    sites.routes["tung/"] = serve(page("Tung", links(*names)))
    sites.routes |= {f"tung{name}": serve(heavy, kind="application/rtf") for name in names}
    _big_site(sites, "snabb", 4)
    registry = agency_toml("tung", sites.url("tung")) + agency_toml("snabb", sites.url("snabb"), delay=0.1)
    crawled = crawl(tmp_path, registry, ["tung", "snabb"], extraction_processes=1)
    finished = [event["agency"] for event in crawled.events if event["event"] == "finished"]
    assert finished == ["snabb", "tung"]
    assert len(crawled.outcomes("tung")) == 5


_FILE_LIMIT = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
sys.argv = ["crawler.fetch"]
runpy.run_module("crawler.fetch", run_name="__main__")
"""


def test_a_full_disk_is_told_and_costs_nothing_that_was_kept(sites: FaultServer, tmp_path: Path) -> None:
    _big_site(sites, "full", 60)
    registry = agency_toml("full", sites.url("full"), delay=0.03)
    (tmp_path / "agencies.toml").write_text(registry, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _FILE_LIMIT],
        input=json.dumps(job(tmp_path, ["full"])),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "could not be written, nothing was changed" in done.stdout
    assert "Traceback" not in done.stderr
    crawled = crawl(tmp_path, registry, ["full"])
    with PageStore(crawled.store_url) as store:
        assert store.document_counts() == {"full": 61}
