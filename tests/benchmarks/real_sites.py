"""How do tests change real sites as their editors would? On a copy: pages edited, deleted and moved."""

import os
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_TEXT = (".md", ".html", ".htm")
_INDEXES = ("index.html", "index.htm", "index.md")
_TEXT_NODE = re.compile(r">([^<>]{25,})(?=<)")
_LASTMOD = re.compile(r"\A(---\n.*?^lastmod: )[^\n]*(.*?^---\n)", re.DOTALL | re.MULTILINE)
_HEAD = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_LONG_AGO = 1_700_000_000
_DAY = 86_400
_DAYS = 700


@dataclass
class Changes:
    """What was done to the sites: URL -> new word, gone URLs, old URL -> new URL."""

    edited: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    redirected: dict[str, str] = field(default_factory=dict)
    """Moved, and the old address redirects (301)."""
    moved: dict[str, str] = field(default_factory=dict)
    """Moved, the old address answers 404, and the site's own links were changed."""


class Sites:
    """A copy of site trees (../shared/tools/SITETREE.md), one folder a set, that may be changed."""

    def __init__(self, source: Path, copy: Path, sets: Iterable[str], *, sitemaps: bool) -> None:
        self._taken: dict[Path, bytes] = {}
        self.folders = [copy / name for name in sets]
        for folder in self.folders:
            shutil.copytree(source / folder.name, folder)
        for number, path in enumerate(sorted(copy.rglob("*"))):
            path.chmod(0o755 if path.is_dir() else 0o644)
            # Git keeps no times: without a date of its own a page would have the time of the checkout.
            at = _LONG_AGO + number % _DAYS * _DAY
            os.utime(path, (at, at))
        self.hosts = {
            path.name: path for folder in self.folders for path in folder.iterdir() if path.is_dir()
        }
        if not sitemaps:
            for folder in self.hosts.values():
                self._rules_of(folder, "sitemap = false\n")

    def file_of(self, url: str) -> Path | None:
        """The file that answers a URL, None where it is made by the server."""
        parts = urlsplit(url)
        folder = self.hosts.get(parts.netloc)
        if folder is None:
            return None
        path = unquote(parts.path).strip("/")
        names = [path, *(f"{path}{suffix}" for suffix in _TEXT), *(f"{path}/{name}" for name in _INDEXES)]
        return next((folder / name for name in names if name and (folder / name).is_file()), None)

    def can_go(self, url: str) -> bool:
        """Whether a URL's file can be taken away so that nothing else answers in its place."""
        path = self.file_of(url)
        if path is None or urlsplit(url).path == "/":
            return False
        return path.name not in _INDEXES or len(list(path.parent.iterdir())) == 1

    def change(self, texts: Mapping[str, str], chance: random.Random, *, least: int) -> Changes:
        """Edit 2 % of the pages, delete 1 % and move 1 %, every other with a redirect; `least` of each.

        `texts`: the pages' URLs, each with what a reader reads there: no editor edits the menu.
        """
        pages = sorted(texts)
        chance.shuffle(pages)
        done = Changes()
        edits, few = (max(least, round(len(pages) * share)) for share in (0.02, 0.01))
        for url in pages:
            word = f"nyordet{'abcdefghij'[len(done.edited) // 10 % 10]}{'abcdefghij'[len(done.edited) % 10]}x"
            if len(done.edited) < edits and self._edit(url, texts[url], word):
                done.edited[url] = word
        left = [url for url in pages if url not in done.edited and self.can_go(url)]
        for url in left[:few]:
            self.delete(url)
            done.deleted.append(url)
        left = [url for url in left[few:] if self.can_go(url)]
        for number, url in enumerate(left[:few]):
            new = self._move(url)
            (done.moved if number % 2 else done.redirected)[url] = new
            if number % 2:
                self._relink(url, new)
            else:
                old, target = (unquote(urlsplit(one).path) for one in (url, new))
                rule = f'[[rule]]\npath = "{old}"\nstatus = 301\nlocation = "{target}"\n'
                self._rules_of(self.hosts[urlsplit(url).netloc], rule)
        return done

    def delete(self, url: str) -> Path:
        """Take a page's file away. Return its path, for `restore`."""
        path = self.file_of(url)
        assert path is not None
        self._taken[path] = path.read_bytes()
        path.unlink()
        if path.name in _INDEXES:
            path.parent.rmdir()
        return path

    def restore(self, paths: Iterable[Path]) -> None:
        """Put back files that were deleted."""
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._taken[path])
            os.utime(path, (_LONG_AGO, _LONG_AGO))

    def _edit(self, url: str, read: str, word: str) -> bool:
        """Write a new sentence into what is read on a page. Return False where that can't be done."""
        path = self.file_of(url)
        if path is None or path.suffix not in _TEXT or urlsplit(url).path == "/":
            return False
        sentence = (
            f"The office has revised what is said here, see {word} for all that is new since last year."
        )
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if path.suffix == ".md":
            head = _HEAD.match(text)
            at = head.end() if head else 0
            text = f"{text[:at]}\n{sentence}\n\n{text[at:]}"
            text = _LASTMOD.sub(r"\g<1>2026-11-01\2", text, count=1)
        else:
            words = " ".join(read.split())
            nodes = [
                node
                for node in _TEXT_NODE.finditer(text)
                if " ".join(unescape(node.group(1)).split()) in words
            ]
            longest = max(nodes, key=lambda node: len(node.group(1)), default=None)
            if longest is None or not longest.group(1).strip():
                return False
            text = f"{text[: longest.end()]} {sentence}{text[longest.end() :]}"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return True

    def _move(self, url: str) -> str:
        path = self.file_of(url)
        assert path is not None
        old = path.parent if path.name in _INDEXES else path
        at = path.stat().st_mtime
        new = old.rename(old.with_name(f"{old.stem}-flyttad{old.suffix}"))
        os.utime(new, (at, at))
        parts = urlsplit(url)
        slash = "/" if parts.path.endswith("/") else ""
        before, _, name = unquote(parts.path).rstrip("/").rpartition("/")
        stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
        renamed = f"{stem}-flyttad{dot}{suffix}"
        return f"{parts.scheme}://{parts.netloc}{quote(f'{before}/{renamed}{slash}')}"

    def _relink(self, old: str, new: str) -> None:
        """Change the links of the site's own pages to a page that has moved. Their dates stay."""
        parts = urlsplit(old)
        paths = {parts.path, unquote(parts.path)}
        link = re.compile("|".join(rf"(?<=[\"'(]){re.escape(one)}(?=[\"')#?\s])" for one in sorted(paths)))
        for path in self._texts(self.hosts[parts.netloc]):
            text = path.read_bytes().decode("utf-8", "surrogateescape")
            changed = link.sub(lambda _: urlsplit(new).path, text)
            if changed != text:
                at = path.stat().st_mtime
                path.write_bytes(changed.encode("utf-8", "surrogateescape"))
                os.utime(path, (at, at))

    def _texts(self, folder: Path) -> Iterator[Path]:
        return (path for path in folder.rglob("*") if path.suffix in _TEXT and path.is_file())

    def _rules_of(self, folder: Path, more: str) -> None:
        """Put settings before, or a rule before all other rules, into a host's _site.toml."""
        path = folder / "_site.toml"
        text = path.read_text("utf-8") if path.exists() else ""
        head, mark, rules = text.partition("[[rule]]")
        path.write_text(f"{head.rstrip()}\n{more}\n{mark}{rules}", "utf-8")
