"""Are the texts written well: signs, terms, nothing left untranslated, no words in templates?"""

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from searchapi.admin.texts import AdminTexts
from searchapi.texts import FOLDER, Texts, languages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "frontend" / "templates"
ATTRIBUTE = re.compile(r'\b[a-z-]+="[a-z0-9-]*"')
"""Code within a text: results="inline"."""
QUOTES = {"sv": "””", "en": "“”", "fi": "””"}
SAME = (
    "site.name",
    "hit.pdf",
    "hit.docx",
    "hit.odt",
    "hit.rtf",
    "opensearch.title",
    "portal.own.english",
    "portal.own.finnish",
)
"""Texts that are the same in every language: names."""
_SWEDISH = r"\b(och|eller|inte|för|din|ditt|dina|som|hos|med|att|är|kommunen|myndigheten|blanketter|sök)\b"
_ENGLISH = r"\b(the|and|of|your|you|with|from|search|page|municipality)\b"
_WORDS_SHOWN = ("aria-label", "title", "alt", "placeholder")
_QUIET = {"script", "style", "svg", "code"}
_ALLOWED_IN_TEMPLATES = {"lang", "hreflang", "top", "start"}
"""Attributes and classes, which stand by themselves in macros and blocks."""


def _texts() -> list[tuple[str, str, str]]:
    found = [
        (code, key, Texts.load(code).raw(key)) for code in languages() for key in Texts.load(code).names()
    ]
    admin = AdminTexts.read()
    return sorted(found + [("sv", f"admin: {key}", admin.raw(key)) for key in admin.names()])


def test_signs_are_those_of_print() -> None:
    wrong = []
    for language, key, text in _texts():
        plain = ATTRIBUTE.sub("x", text)
        faults = {
            "two spaces": "  " in plain,
            "a space at an end": not key.endswith("format.thousands")
            and (plain != plain.strip() or " \n" in plain or "\n " in plain),
            "a straight quote": '"' in plain or "'" in plain,
            "three dots": "..." in plain,
            "a hyphen for a dash": " - " in plain,
            "a quote of another language": bool(set(plain) & set("“”„«»") - set(QUOTES[language])),
            "a space before a sign": bool(re.search(r" [.,;!?](?!\w)", plain)),
            "an empty text": not plain,
        }
        wrong += [f"{language} {key}: {fault}: {text!r}" for fault, is_there in faults.items() if is_there]
    assert wrong == []


def test_braces_hold_names_and_nothing_is_left_of_them() -> None:
    for language, key, text in _texts():
        for literal, name, form, conversion in Formatter().parse(text):
            assert not set(literal) & set("{}"), f"{language} {key}"
            assert name is None or re.fullmatch(r"[a-z_]+", name), f"{language} {key}: {name!r}"
            assert not form, f"{language} {key}"
            assert not conversion, f"{language} {key}"


@pytest.mark.parametrize("language", languages()[1:])
def test_nothing_is_left_in_swedish(language: str) -> None:
    swedish, other = Texts.load("sv"), Texts.load(language)
    wrong = []
    for key in sorted(swedish.names()):
        words = re.sub(r"\{[a-z_]+\}", "", other.raw(key))
        if (
            key.startswith(("format.", "site.language"))
            or key in SAME
            or not re.search(r"[^\W\d_]{2}", words)
        ):
            continue
        own = re.sub(r"[“”][^“”]*[“”]|[A-ZÅÄÖ]{2,}|Stadsbiblioteket", "", words)
        if other.raw(key) == swedish.raw(key) and len(words.split()) > 1:
            wrong.append(f"{key} is the same as in Swedish: {words!r}")
        if re.search(_SWEDISH, own, re.I) or (language != "en" and re.search(_ENGLISH, own, re.I)):
            wrong.append(f"{key} has words of another language: {words!r}")
    assert wrong == []


def test_no_promise_about_cookies_is_broken() -> None:
    """One cookie may be set: whoever says that there is none must say so, except where it is never set."""
    none = r"inga kakor|no cookies|käytä evästeitä|aseta evästeitä"
    but = r"\butom\b|\bannars\b|\bexcept\b|\botherwise\b|\bpaitsi\b|\bmuuten\b"
    for language, key, text in _texts():
        if re.search(none, text, re.I) and not key.startswith(("terminal.", "widget.")):
            assert re.search(but, text, re.I), f"{language} {key}: {text!r}"


def test_one_thing_has_one_name() -> None:
    rows = (FOLDER / "TERMS.md").read_text("utf-8").splitlines()
    terms = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")][2:]
    assert len(terms) > 15
    avoided = [word.strip() for row in terms for word in row[3].split(",") if word.strip()]
    wrong = [
        f"{language} {key}: {word!r} in {text!r}"
        for language, key, text in _texts()
        if not key.startswith("admin")
        for word in avoided
        if re.search(rf"(?<![\w-]){re.escape(word)}(?:s|n|en|er|na)?(?![\w-])", text, re.I)
    ]
    assert wrong == []
    for column, language in enumerate(("sv", "en", "fi")):
        all_of = " ".join(Texts.load(language).raw(key) for key in Texts.load(language).names()).lower()
        for row in terms:
            stems = [term.strip().split()[-1][:5] for term in row[column].split(",")]
            assert any(stem in all_of for stem in stems), f"{row[column]!r} is used nowhere in {language}"


class _Shown(HTMLParser):
    """What a template shows by itself: its text, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in _QUIET
        self.words += [value for name, value in attrs if name in _WORDS_SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in _QUIET

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_templates_have_no_words_of_their_own(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.S)
    shown = _Shown()
    shown.feed(text)
    words = {word for part in shown.words for word in re.findall(r"[^\W\d_]{2,}", part)}
    assert words <= _ALLOWED_IN_TEMPLATES, (
        f"{path.relative_to(TEMPLATES)} has words: write them in a text file"
    )
