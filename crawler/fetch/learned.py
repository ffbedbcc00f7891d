"""Which writings of an address turned out to be the same page on this host? Learned from what was fetched.

The registry can say that http is https, or that ?fontsize= chooses nothing; most sites' people will not. So
pairs of addresses that differ in one such trait are compared as they come: the same title and text at each of
five pages, and different ones never, and the trait means nothing on that host. Then further addresses are
asked for in one writing only, except one in twenty, which is asked for as it is written: a host that begins
to tell them apart is noticed, and the rule falls at once.

The idea is that of DustBuster (Bar-Yossef, Keidar, Schonfeld, "Do not crawl in the DUST", WWW 2007): rules
are guessed from pairs, proved on samples, and kept per site. Unlike there, the traits are a fixed, short
list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from crawler.registry import host_of
from crawler.site_rules import lower_path

ENOUGH = 5
"""Pages, each with another content, that were the same in both writings before a rule holds."""
TEST_EVERY = 20
"""Of the addresses that a rule rewrites, each twentieth is fetched as it is written."""
_MAX_SEEN = 200_000
_MAX_RULES = 2_000
_MAX_CONTENTS = 1_000
_MAX_PARAMETERS = 8

_PRINT = re.compile(
    r"(?<=[^/])/(?:print|printable|skriv-?_?ut|utskrift|utskriftsv[^/]{1,20})(?:\.html?|\.aspx|\.php)?/?\Z",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|cfm)\Z", re.IGNORECASE)
_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}/?\Z")
# Parameters that by their name choose what is shown. That five short lists ignore ?sida=2 says nothing of the
# sixth; so these never become a rule, whatever was seen.
_CHOOSES = re.compile(
    r"(?:.*[._\[-])?(?:p|sida|sidnr|start|offset|from|to|till|q|query|s|sok|search|folder|mapp|url|path|nummer|"
    r"guid|key|doc|file|fil|node|artikel|article|datum|year|ar|month|manad|vecka|week|day|dag|epslanguage|sprak|"
    r"locale|l|version|route|target|state|view|visa|option|task|action)\]?\Z|.*(?:id|nr|page|paged|date|lang|language)\Z"
)
_PARAMETER = "parameter:"
_SWAPPED = ("scheme", "www", "slash")
_EITHER_WAY = frozenset({"www", "slash"})
_REASONS = {
    "scheme": "http and https showed the same on {n} pages of this host",
    "www": "the host with and without www. showed the same on {n} pages",
    "slash": "addresses with and without a slash at the end were the same on {n} pages of this host",
    "case": "upper and lower case in paths were the same on {n} pages of this host",
    "print": "views for printing said the same as the page on {n} pages of this host",
    "index": "the page named index or default was the folder's own on {n} pages of this host",
}
_PARAMETER_REASON = "the parameter {name} changed nothing on {n} pages of this host"


@dataclass(slots=True)
class _Rule:
    """What is known of one trait on one host. An address has the trait or is plain (https, no www. …)."""

    alike: int = 0
    differing: int = 0
    led: set[bool] = field(default_factory=set)  # whether redirects lead to the writing with the trait
    pages: list[int] = field(default_factory=lambda: [0, 0])  # fetched without and with the trait
    settled: bool | None = None  # whether the writing with the trait is asked for, once that was used
    contents: set[int] = field(default_factory=set)
    used: int = 0

    @property
    def holds(self) -> bool:
        return self.alike >= ENOUGH and not self.differing and len(self.led) < 2

    def proved(self, content: int) -> None:
        """Count a pair that was the same; of pages with one text ("Sidan finns inte"), the first only."""
        if content not in self.contents and len(self.contents) < _MAX_CONTENTS:
            self.contents.add(content)
            self.alike += 1


@dataclass(frozen=True, slots=True)
class Preferred:
    """The writing to ask for instead, and why."""

    url: str
    reason: str


class Variants:
    """The pairs of writings seen in an agency's run, and the rules that they prove, within bounded memory."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._waiting: dict[str, dict[str, int]] = {}
        self._rules: dict[tuple[str, str], _Rule] = {}

    def learn(self, url: str, content_hash: str) -> None:
        """Take note of a page that was fetched: its canonical URL and the hash of its title and text.

        A URL counts once a run, as a page may change between two visits.
        """
        if not content_hash or url in self._seen or len(self._seen) >= _MAX_SEEN:
            return
        content = hash(content_hash)
        self._seen[url] = content
        parts = urlsplit(url)
        group = _group(parts)
        for trait in _SWAPPED:
            marked = _has(parts, trait)
            if marked is None:
                continue
            other = self._seen.get(_swapped(parts, trait))
            rule = self._rules.get((group, trait))
            if other is not None or trait in _EITHER_WAY:
                rule = rule or self._rule(group, trait)
            if rule is not None:
                rule.pages[marked] += 1
                if other is not None:
                    _compare(rule, content, other)
        for trait, other in self._waiting.get(url, {}).items():
            self._compare(group, trait, content, other)
        for trait, plain in _reductions(parts):
            known = self._seen.get(plain)
            if known is None:
                known = self._waiting.get(plain, {}).get(trait)
            if known is not None:
                self._compare(group, trait, content, known)
            if len(self._waiting) < _MAX_SEEN:
                self._waiting.setdefault(plain, {}).setdefault(trait, content)

    def redirected(self, url: str, target: str) -> None:
        """Take note of a redirect. One between two writings proves them the same, and which to want."""
        here, there = urlsplit(url), urlsplit(target)
        group = _group(here)
        if url == target or group != _group(there):
            return
        for trait in _SWAPPED:
            marked = _has(here, trait)
            if marked is not None and _swapped(here, trait) == target:
                self._led(group, trait, target, to_marked=not marked)
                return
        for long, short, to_marked in ((here, target, False), (there, url, True)):
            for trait, plain in _reductions(long):
                if plain == short:
                    self._led(group, trait, target, to_marked=to_marked)
                    return

    def preferred(self, url: str) -> Preferred | None:
        """The writing to fetch instead of a canonical URL, and why; None where the URL is to be fetched."""
        reasons: list[str] = []
        at = url
        while len(reasons) < len(_REASONS) + _MAX_PARAMETERS:
            step = self._step(at)
            if step is None:
                break
            trait, at, rule = step
            rule.used += 1
            if rule.used % TEST_EVERY == 0:
                return None
            reason = _REASONS.get(trait, _PARAMETER_REASON)
            reasons.append(reason.format(name=trait.removeprefix(_PARAMETER), n=rule.alike))
        return Preferred(at, "; ".join(reasons)) if reasons and at != url else None

    # --- from run to run ---

    def to_json(self, host: str) -> dict[str, Any]:
        """The rules that hold on a host, to be kept until the next run. What differed is forgotten."""
        kept: dict[str, Any] = {}
        for (group, trait), rule in self._rules.items():
            if rule.holds and _bare(host_of(f"http://{group}/")) == _bare(host):
                entry = {"alike": rule.alike, "led": sorted(rule.led), "with": rule.settled}
                kept.setdefault(group, {})[trait] = entry
        return kept

    def from_json(self, host: str, kept: object) -> None:
        """Take in what `to_json` gave in an earlier run; what is not of its form is passed over."""
        for group, traits in kept.items() if isinstance(kept, Mapping) else ():
            if not isinstance(traits, Mapping) or _bare(host_of(f"http://{group}/")) != _bare(host):
                continue
            for trait, entry in traits.items():
                known = trait in _REASONS or (isinstance(trait, str) and trait.startswith(_PARAMETER))
                if not known or not isinstance(entry, Mapping) or not isinstance(entry.get("alike"), int):
                    continue
                rule = self._rule(group, trait)
                if rule is None:
                    return
                rule.alike = max(0, entry["alike"])
                led = entry.get("led")
                rule.led = {one for one in led if isinstance(one, bool)} if isinstance(led, list) else set()
                rule.settled = entry["with"] if isinstance(entry.get("with"), bool) else None

    # --- evidence ---

    def _rule(self, group: str, trait: str) -> _Rule | None:
        rule = self._rules.get((group, trait))
        if rule is None and len(self._rules) < _MAX_RULES:
            rule = self._rules[group, trait] = _Rule()
        return rule

    def _compare(self, group: str, trait: str, content: int, other: int) -> None:
        rule = self._rule(group, trait)
        if rule is not None:
            _compare(rule, content, other)

    def _led(self, group: str, trait: str, target: str, *, to_marked: bool) -> None:
        rule = self._rule(group, trait)
        if rule is not None:
            rule.led.add(to_marked)
            rule.proved(hash(target))

    # --- use ---

    def _step(self, url: str) -> tuple[str, str, _Rule] | None:
        """The first rule that rewrites a URL, with what it makes of it."""
        parts = urlsplit(url)
        group = _group(parts)
        for trait in _SWAPPED:
            rule = self._rules.get((group, trait))
            marked = _has(parts, trait)
            if rule is None or marked is None or not rule.holds or _wanted(rule, trait) is marked:
                continue
            if trait == "slash" and not marked and _FILE.search(parts.path):
                continue  # (/a is asked for as /a/, /a.pdf is not)
            return trait, _swapped(parts, trait), rule
        for trait, plain in _reductions(parts):
            rule = self._rules.get((group, trait))
            if rule is not None and rule.holds and True not in rule.led:
                return trait, plain, rule
        return None


def _compare(rule: _Rule, content: int, other: int) -> None:
    if content == other:
        rule.proved(content)
    else:
        rule.differing += 1


def _wanted(rule: _Rule, trait: str) -> bool:
    """Whether the writing with the trait is asked for: as redirects say, else https, else what is commoner.

    Once used it stays so, over runs too: pages must not change their address with every crawl.
    """
    if rule.led:
        rule.settled = next(iter(rule.led))
    elif rule.settled is None:
        rule.settled = trait in _EITHER_WAY and rule.pages[True] > rule.pages[False]
    return rule.settled


# --- traits of addresses ---


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _group(parts: SplitResult) -> str:
    """The host and port whose addresses share their rules; www. is one of the traits."""
    return _bare(parts.netloc)


def _has(parts: SplitResult, trait: str) -> bool | None:
    """Whether an address has a trait; None where the question does not arise."""
    if trait == "scheme":
        return None if ":" in parts.netloc else parts.scheme == "http"
    if trait == "www":
        return parts.netloc.startswith("www.")
    return None if parts.path in {"", "/"} else parts.path.endswith("/")


def _swapped(parts: SplitResult, trait: str) -> str:
    """The address with a trait that it has not, or without the one that it has."""
    if trait == "scheme":
        parts = parts._replace(scheme="https" if parts.scheme == "http" else "http")
    elif trait == "www":
        netloc = parts.netloc
        parts = parts._replace(netloc=_bare(netloc) if netloc.startswith("www.") else f"www.{netloc}")
    else:
        path = parts.path
        parts = parts._replace(path=path[:-1] if path.endswith("/") else f"{path}/")
    return urlunsplit(parts)


def _reductions(parts: SplitResult) -> Iterator[tuple[str, str]]:
    """The traits that can only be taken away, each with the address that is left."""
    path = parts.path
    lower = lower_path(path)
    if lower != path:
        yield "case", urlunsplit(parts._replace(path=lower))
    if _PRINT.search(path):
        yield "print", urlunsplit(parts._replace(path=_PRINT.sub("", path)))
    if _INDEX.search(path):
        yield "index", urlunsplit(parts._replace(path=_INDEX.sub("/", path)))
    if not parts.query:
        return
    pieces = parts.query.split("&")
    for name in list(dict.fromkeys(piece.partition("=")[0] for piece in pieces))[:_MAX_PARAMETERS]:
        if not _CHOOSES.match(name.lower()):
            left = "&".join(piece for piece in pieces if piece.partition("=")[0] != name)
            yield _PARAMETER + name, urlunsplit(parts._replace(query=left))
