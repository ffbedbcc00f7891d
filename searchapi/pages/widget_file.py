"""What is the widget's one file made of, and which files were released? Modules, styles and texts in one.

A tag with an SRI hash on somebody's site names one file by its content, so a file that was released is never
changed or removed: it lies in frontend/widget under its version, the beginning of its SHA-256. The newest is
what new tags name. searchapi/pages/widget_release.py releases what the sources make now.
"""

import base64
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from crawler.record import Doctype
from searchapi.pages.static_files import FRONTEND
from searchapi.texts import Texts, languages

RELEASED = FRONTEND / "widget"
RELEASES = RELEASED / "releases.toml"
NEXT = "next"
"""The version that stands for what the sources make now: for trying out, never for a tag."""
_SOURCES = FRONTEND / "static"
_MAIN = "widget.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z-]+\.js)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n|^\s*/\*(?:[^*]|\*(?!/))*\*/\s*\n", re.MULTILINE)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STYLE_SPACE = re.compile(r";? ?([{};,>]|: (?=[^{}]*\})) ?")
_SUGGESTIONS = {
    "list": "search.suggestions.list",
    "one": "search.suggestions.one",
    "other": "search.suggestions.other",
    "none": "search.suggestions.none",
}
_WORDS = {
    "label": "search.label",
    "button": "search.button",
    "searching": "widget.box.searching",
    "found_one": "results.heading.one",
    "found_other": "results.heading.other",
    "found_none": "results.none",
    "suggestion": "results.suggestion",
    "list": "results.list",
    "eid": "hit.eid_yes",
    "no_eid": "hit.eid_no",
    "all": "widget.box.all",
    "further": "widget.box.further",
    "silent": "widget.box.silent",
    **{doctype.value: f"doctype.{doctype.value}" for doctype in Doctype},
}


@dataclass(frozen=True)
class WidgetFile:
    """One version of the widget: its bytes, and when it was released (None: not yet)."""

    content: bytes
    released: date | None = None

    @cached_property
    def version(self) -> str:
        """What its address has: the beginning of the content's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:12]

    @cached_property
    def integrity(self) -> str:
        """What the tag's `integrity` has (https://www.w3.org/TR/SRI/)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.content).digest()).decode("ascii")


@cache
def assembled() -> WidgetFile:
    """What the sources make now."""
    words = {code: _words(Texts.load(code)) for code in languages()}
    styles = _STYLE_SPACE.sub(
        r"\1", re.sub(r"\s+", " ", _STYLE_COMMENT.sub("", (_SOURCES / "widget.css").read_text("utf-8")))
    )
    beginning = f"const STYLES = {_literal(styles.strip())}, TEXTS = {_literal(words)};\n"
    return WidgetFile((beginning + _module(_MAIN, set())).encode("utf-8"))


def _words(texts: Texts) -> dict[str, object]:
    suggestions = {name: texts.raw(key) for name, key in _SUGGESTIONS.items()}
    return {"suggestions": suggestions, **{name: texts.raw(key) for name, key in _WORDS.items()}}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _module(name: str, had: set[str]) -> str:
    """A module after those that it imports, without its exports and its comments."""
    text = (_SOURCES / name).read_text("utf-8")
    before = ""
    for imported in _IMPORT.findall(text):
        if imported not in had:
            had.add(imported)
            before += _module(imported, had)
    text = _COMMENT.sub("", _IMPORT.sub("", text))
    text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
    return before + re.sub(r"\n\s*", "\n", text).lstrip("\n")


@cache
def releases() -> dict[str, WidgetFile]:
    """Every released file by its version, the newest last."""
    listed = tomllib.loads(RELEASES.read_text("utf-8")).get("release", [])
    found = {}
    for row in listed:
        file = WidgetFile((RELEASED / f"{row['version']}.js").read_bytes(), row["released"])
        found[row["version"]] = file
    return found


def newest() -> WidgetFile:
    """The file that new tags name."""
    return list(releases().values())[-1]


def file_of(version: str) -> WidgetFile | None:
    """The file of a version, or what the sources make now for NEXT."""
    return assembled() if version == NEXT else releases().get(version)


@cache
def hooks() -> dict[str, str]:
    """What a site can change: the names of `variables` and of `parts`, as they stand in the sources."""
    styles, main = ((_SOURCES / name).read_text("utf-8") for name in ("widget.css", _MAIN))
    variables = dict.fromkeys(re.findall(r"var\((--medborgarsok-[a-z-]+)", styles))
    parts = dict.fromkeys(re.findall(r'part: "([a-z]+)"', main))
    return {"variables": ", ".join(variables), "parts": ", ".join(parts)}
