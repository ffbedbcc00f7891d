"""Does memory stay flat over a long crawl? The whole process tree, looked at every second.

    python -m tests.benchmarks.bench_memory [--pages N] [--svg FILE]

A site of small generated pages is crawled without a pause. Memory is the kernel's proportional set size (Pss)
of `python -m crawler.fetch` and of all its children. Prints it by tenths of the crawl, and the ratio to hold:
the mean of the last quarter over that of the second.
"""

import argparse
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench_crawl import WORDS, serve_pages
from tests.integration.crawling import agency_toml, job

_CHILDREN = 10
_FLAT = 1.10
"""What the last quarter may be of the second."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A look at the process tree: seconds since the start, pages that were done, bytes by process."""

    seconds: float
    pages: int
    main: int
    children: int

    @property
    def all(self) -> int:
        """All of it."""
        return self.main + self.children


def _page(number: int, pages: int) -> bytes:
    """A page of its own words, linking to its ten children in the tree and to some others."""
    chance = random.Random(number)
    words = WORDS.split()
    text = "".join(
        f"<p>{' '.join(chance.choices(words, k=40))} {chance.randrange(10**9)}.</p>" for _ in range(3)
    )
    below = range(number * _CHILDREN + 1, number * _CHILDREN + 1 + _CHILDREN)
    leading = [n for n in below if n < pages] + [chance.randrange(pages) for _ in range(4)]
    links = "".join(f'<li><a href="/{n}">Sida nummer {n}</a></li>' for n in leading)
    return (
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Sida {number}</title></head>'
        f"<body><main><h1>Sida {number}</h1>{text}</main><nav><ul>{links}</ul></nav></body></html>"
    ).encode()


def _serve(port: "multiprocessing.Queue[int]", pages: int) -> None:
    def page(path: str) -> bytes | None:
        number = path[1:] or "0"
        return _page(int(number), pages) if number.isdigit() and int(number) < pages else None

    serve_pages(port, page)


def _pss(process: int) -> int:
    """Bytes; 0 for a process that has ended."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _children(process: int) -> list[int]:
    """All processes beneath one."""
    found: list[int] = []
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        below = [int(n) for task in tasks for n in (task / "children").read_text().split()]
    except OSError:
        return found
    for child in below:
        found += [child, *_children(child)]
    return found


def measure(pages: int, folder: Path) -> tuple[list[Sample], dict[str, object]]:
    """Crawl once; the samples, and the crawl's last event."""
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=_serve, args=(port, pages), daemon=True)
    server.start()
    (folder / "agencies.toml").write_text(
        agency_toml(
            "minne", f"http://www.minne.localhost:{port.get()}/", max_pages=pages + 1_000, concurrency=16
        ),
        "utf-8",
    )
    given = job(folder, ["minne"], extraction_processes=1, request_timeout=30)
    start = time.monotonic()
    with (folder / "messages").open("w") as messages:
        crawl = subprocess.Popen(
            [sys.executable, "-m", "crawler.fetch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
        )
    assert crawl.stdin is not None
    crawl.stdin.write(json.dumps(given))
    crawl.stdin.close()
    last: dict[str, object] = {}

    def read() -> None:
        assert crawl.stdout is not None
        for line in crawl.stdout:
            last.update(json.loads(line))

    reader = threading.Thread(target=read)
    reader.start()
    samples: list[Sample] = []
    while crawl.poll() is None:
        below = sum(map(_pss, _children(crawl.pid)))
        done = int(str(last.get("documents", 0)))
        samples.append(Sample(time.monotonic() - start, done, _pss(crawl.pid), below))
        time.sleep(min(1.0, 0.1 + pages / 20_000))
    reader.join()
    server.terminate()
    server.join()
    if crawl.returncode or last.get("status") != "finished":
        raise SystemExit(f"the crawl failed: {last}\n{(folder / 'messages').read_text()[-3000:]}")
    return [sample for sample in samples if sample.main], last


def write_svg(samples: list[Sample], path: Path) -> None:
    """The curve: megabytes over pages, all processes and the fetching one alone."""
    width, height, left, foot = 900, 420, 70, 50
    most_pages = max(sample.pages for sample in samples) or 1
    most = max(sample.all for sample in samples) * 1.1

    def points(values: list[int]) -> str:
        return " ".join(
            f"{left + sample.pages / most_pages * (width - left - 20):.1f},"
            f"{height - foot - value / most * (height - foot - 20):.1f}"
            for sample, value in zip(samples, values, strict=True)
        )

    def label(x: float, y: float, text: str, anchor: str = "middle") -> str:
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{text}</text>'

    rows = []
    for n in range(6):
        y = height - foot - n / 5 * (height - foot - 20)
        x = left + n / 5 * (width - left - 20)
        rows.append(f'<line x1="{left}" x2="{width - 20}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        rows.append(label(left - 8, y + 4, f"{most * n / 5 / 1e6:.0f} MB", "end"))
        rows.append(label(x, height - foot + 18, f"{most_pages * n // 5:,}".replace(",", " ")))
    rows.append(label((left + width) / 2, height - 10, "documents in the store"))
    for values, colour, name, y in (
        ([sample.all for sample in samples], "#14508c", "all processes", 18),
        ([sample.main for sample in samples], "#b4530a", "the fetching process", 36),
    ):
        rows.append(f'<polyline points="{points(values)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        rows.append(f'<rect x="{width - 200}" y="{y - 9}" width="14" height="4" fill="{colour}"/>')
        rows.append(label(width - 180, y, name, "start"))
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{width}" height="{height}" fill="#fff"/>\n'
        + "\n".join(rows)
        + "\n</svg>\n",
        "utf-8",
    )


def main() -> int:
    """Measure and print. The exit status: 1 where memory is not flat."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        samples, last = measure(options.pages, Path(name))
    print(f"{last['documents']} documents, {last['requests']} requests, {samples[-1].seconds:.0f} s")
    print(f"{'pages':>8} {'seconds':>8} {'fetching':>10} {'children':>10} {'all':>10}   (MB, Pss)")
    most = samples[-1].pages or 1
    at_work = [sample for sample in samples if sample.pages]
    for n in range(1, 11):
        sample = next((s for s in at_work if s.pages >= most * n / 10), samples[-1])
        sizes = " ".join(f"{size / 1e6:>10.1f}" for size in (sample.main, sample.children, sample.all))
        print(f"{sample.pages:>8} {sample.seconds:>8.0f} {sizes}")
    second = [s for s in at_work if most / 4 <= s.pages < most / 2]
    fourth = [s for s in at_work if s.pages >= most * 3 / 4]
    if not second or not fourth:
        print("too short a crawl to compare its quarters")
        return 1
    ratio = statistics.mean(s.all for s in fourth) / statistics.mean(s.all for s in second)
    grown = statistics.mean(s.main for s in fourth) - statistics.mean(s.main for s in second)
    apart = statistics.mean(s.pages for s in fourth) - statistics.mean(s.pages for s in second)
    print(f"last quarter / second quarter: {ratio:.2f} (flat: at most {_FLAT})")
    print(f"the fetching process grew by {grown / apart:.0f} bytes a page")
    if options.svg:
        write_svg(samples, options.svg)
        print(f"curve: {options.svg}")
    return 0 if ratio <= _FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
