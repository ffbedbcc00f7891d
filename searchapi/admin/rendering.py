"""How do the administrators' pages become HTML? Everything is escaped: most of it was written by sites."""

from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from searchapi.pages.static_files import asset

_TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates"


@cache
def environment() -> Environment:
    """The templates, with the filters and functions that they use."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.globals["inspect_link"] = inspect_link
    made.globals["link"] = link
    made.filters["outward"] = outward
    made.filters["bar"] = bar
    made.filters["heights"] = heights
    return made


def link(path: str, **parameters: object) -> str:
    """An address of ours with parameters; those that are empty are left out."""
    query = urlencode({name: str(value) for name, value in parameters.items() if value not in {"", None}})
    return f"{path}?{query}" if query else path


def inspect_link(url: str) -> str:
    """The page that says why a URL is or isn't found."""
    return link("/admin/adress", url=url)


def outward(url: str) -> str:
    """A URL that may be linked to: empty unless it is http or https (no "javascript:" of a site's)."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def bar(parts: list[tuple[str, int]], width: float = 1000.0) -> list[tuple[str, float, float]]:
    """Counts as lengths along a bar: name, beginning, length. What is there is never too short to be seen."""
    there = [(name, count) for name, count in parts if count > 0]
    total = sum(count for _, count in there)
    least = width / 125
    lengths = [(name, max(least, width * count / total)) for name, count in there]
    scale = width / sum(length for _, length in lengths) if lengths else 1.0
    placed, begin = [], 0.0
    for name, length in lengths:
        placed.append((name, round(begin, 2), round(length * scale, 2)))
        begin += length * scale
    return placed


def heights(counts: list[int], full: float = 24.0) -> list[tuple[float, float]]:
    """Counts as bars that stand on one line: top and height; what is there is never too low to be seen."""
    most = max(counts, default=0) or 1
    drawn = [round(max(3.0, full * count / most), 1) for count in counts]
    return [(round(full - height, 1), height) for height in drawn]
