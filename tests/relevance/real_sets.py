"""How good are the answers on pages of real agencies? Crawl ../shared/real and ask the judged queries.

    .venv/bin/python -m tests.relevance.real_sets [--data-dir var/real] [--again] [--meaning] [--html FILE]

The site server of ../shared/tools is the proxy that the crawl goes through (README.md there). What is crawled
is kept in the data folder and asked again without a crawl; --again crawls anew. The questions of
swefaq-dev.jsonl are read where they lie: they are others' work and no part of this project. Sets that are not
there are skipped, and the report says why.
"""

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.registry import Agency, load_registry
from searchapi.commands.evaluate import measured, show, write
from searchapi.evaluate import SetReport, page
from searchapi.meaning_follow import make_vectors
from searchapi.settings import Settings
from tests.relevance.report_doctype import ROOT, SHARED, wait_for

JUDGED = Path(__file__).parent / "real"
REGISTRY = ROOT / "tests" / "integration" / "real-agencies.toml"


@dataclass(frozen=True, slots=True)
class RealSet:
    """A set of real pages with the queries over it. `trees` are folders of ../shared/real."""

    name: str
    about: str
    queries: Path
    trees: tuple[str, ...]
    agencies: tuple[str, ...]

    def missing(self) -> str:
        """Why it can't be asked; empty where it can."""
        lacking = [
            path for path in (self.queries, *(SHARED / "real" / t for t in self.trees)) if not path.exists()
        ]
        return f"{', '.join(str(path) for path in lacking)} is not there" if lacking else ""


SETS = (
    RealSet("va", "The veterans' pages, English.", JUDGED / "va.toml", ("va",), ("va",)),
    RealSet("laws", "Swedish laws.", JUDGED / "laws.toml", ("sfs",), ("lagar",)),
    RealSet("fresh-va", "The veterans' pages: fresh queries.", JUDGED / "fresh-va.toml", ("va",), ("va",)),
    RealSet("fresh-laws", "Swedish laws: fresh queries.", JUDGED / "fresh-laws.toml", ("sfs",), ("lagar",)),
    RealSet("mlaw", "The ministry's pages, English.", JUDGED / "mlaw.toml", ("mlaw",), ("mlaw",)),
    RealSet(
        "swefaq",
        "Questions of Swedish authorities' readers against their answer pages, one right page each.",
        SHARED / "real" / "swefaq-dev.jsonl",
        ("swefaq",),
        ("socialstyrelsen", "sahlgrenska", "vgregion"),
    ),
)


def registry_of(sets: Sequence[RealSet], path: Path) -> None:
    """Write a registry of the sets' agencies only, made from the one of the crawler's tests."""
    wanted = {agency for each in sets for agency in each.agencies}
    path.write_text("\n".join(_entry(a) for a in load_registry(REGISTRY) if a.id in wanted), "utf-8")


def _entry(agency: Agency) -> str:
    seeds = ", ".join(f'"{seed}"' for seed in agency.seeds)
    languages = ", ".join(f'"{language}"' for language in agency.languages)
    return (
        f'[[agency]]\nid = "{agency.id}"\nname = "{agency.name}"\nkind = "{agency.kind}"\nseeds = [{seeds}]\n'
        f"delay = 0\nconcurrency = 4\nlanguages = [{languages}]\n"
    )


@contextmanager
def served(trees: Sequence[str]) -> Iterator[int]:
    """Serve folders of ../shared/real on a free port of loopback, as a proxy, while the block runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    folders = [str(SHARED / "real" / tree) for tree in trees]
    command = [sys.executable, str(SHARED / "tools" / "siteserver.py"), *folders, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()


def crawled(sets: Sequence[RealSet], data: Path, *, again: bool = False) -> Settings:
    """The settings of a data folder that holds the sets' pages; crawls them where that was not done."""
    data.mkdir(parents=True, exist_ok=True)
    registry = data / "agencies.toml"
    marker = data / "crawled"
    names = ",".join(sorted({agency for each in sets for agency in each.agencies}))
    if again or not marker.is_file() or marker.read_text("utf-8") != names:
        registry_of(sets, registry)
        with served(sorted({tree for each in sets for tree in each.trees})) as port:
            _crawl(data, registry, f"http://127.0.0.1:{port}")
        marker.write_text(names, "utf-8")
    return Settings(data_dir=data, registry=registry, database_url="", allow_private_addresses=True)


def _crawl(data: Path, registry: Path, proxy: str) -> None:
    # By the environment, as the README asks for: robots.txt then takes the same way.
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MEDBORGARSOK_") and k != "no_proxy"},
        "http_proxy": proxy,
        "MEDBORGARSOK_DATA_DIR": str(data),
        "MEDBORGARSOK_REGISTRY": str(registry),
        "MEDBORGARSOK_ALLOW_PRIVATE_ADDRESSES": "true",
    }
    subprocess.run([sys.executable, "-m", "searchapi.cli", "crawl"], env=environment, cwd=ROOT, check=True)


def report(
    data: Path, *, again: bool = False, meaning: bool = False, baseline: bool = True
) -> list[SetReport]:
    """Every set's report, in order; those that are not there say why. `baseline`: beside plain BM25."""
    there = [each for each in SETS if not each.missing()]
    done: dict[str, SetReport] = {}
    if there:
        settings = crawled(there, data, again=again)
        settings = settings.model_copy(update={"meaning": "auto" if meaning else "off"})
        if meaning:
            make_vectors(settings)
        reports, _ = measured(settings, [each.queries for each in there], baseline=baseline)
        done = {
            each.name: replace(found, name=each.name, about=each.about)
            for each, found in zip(there, reports, strict=True)
        }
    return [done.get(each.name) or SetReport(each.name, each.about, skipped=each.missing()) for each in SETS]


def main() -> None:
    """Crawl where needed, ask, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var" / "real")
    parser.add_argument("--again", action="store_true", help="crawl anew")
    parser.add_argument("--meaning", action="store_true", help="find pages by meaning too, not words only")
    parser.add_argument("--html", type=Path, help="write a report with charts to this file too")
    parser.add_argument("--worst", type=int, default=10, help="how many of the worst queries to show")
    options = parser.parse_args()
    sets = report(options.data_dir.resolve(), again=options.again, meaning=options.meaning)
    for each in sets:
        show(each, options.worst)
    if options.html:
        write(options.html, page(sets, [], made=datetime.now(UTC)))


if __name__ == "__main__":
    main()
