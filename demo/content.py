"""What do the demo agencies publish? Markdown with front matter, read into pages, sites and contacts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

DOCTYPES = frozenset(
    (
        *("eservice", "form", "contact", "guide", "place", "news", "event"),
        *("job", "minutes", "decision", "steering", "report", "law", "other"),
    )
)
"""The kinds of page a front matter may name. They are the truth to measure against and are never served."""

FORMATS = ("html", "pdf", "docx")
LINK_KINDS = ("eservice", "form", "contact", "guide")
SITES = Path(__file__).parent / "sites"
_FACTS = frozenset({"name", "role", "phone", "email", "visiting", "postal", "hours"})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(Exception):
    """A content file cannot be read. The message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An entry of _contacts.yaml: what a contact box shows. Phone numbers as written, empty where unknown."""

    key: str
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    visiting: str = ""
    postal: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A link of the "Självservice" box. `to` is a path of the site or an absolute URL without port."""

    kind: str
    to: str
    text: str = ""
    eid: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a site, as its author wrote it. `path` is the URL path without file extension."""

    host: str
    path: str
    title: str
    body: str = ""
    kind: str = "other"
    eid: bool | None = None
    description: str = ""
    published: date | None = None
    modified: date | None = None
    lang: str = "sv"
    easy_read: bool = False
    contacts: tuple[str, ...] = ()
    links: tuple[ActionLink, ...] = ()
    noindex: bool = False
    menu: bool | None = None
    menu_title: str = ""
    redirect: str = ""
    status: int = 200
    charset: str = ""
    format: str = "html"
    fields: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    form_fields: tuple[str, ...] = ()
    login: bool = False
    folder: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def url_path(self) -> str:
        """The path that the page is served at: with the file extension of a document."""
        return self.path if self.format == "html" else f"{self.path}.{self.format}"

    @property
    def label(self) -> str:
        """What the menus call it."""
        return self.menu_title or self.title


@dataclass(slots=True)
class Site:
    """One host: its settings, its pages by path, its contacts by key."""

    host: str
    name: str
    theme: str = "plain"
    agency: str = ""
    lang: str = "sv"
    settings: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    _below: dict[str, list[Page]] = field(default_factory=dict)
    _counted: int = -1

    def children(self, path: str) -> list[Page]:
        """The pages one level below a folder, in menu order and then by title."""
        if self._counted != len(self.pages):
            self._index()
        return self._below.get(path, [])

    def _index(self) -> None:
        order = {name: place for place, name in enumerate(self.settings.get("menu") or [])}
        below: dict[str, list[Page]] = {}
        for page in self.pages.values():
            if page.path != "/":
                below.setdefault(page.path.rpartition("/")[0] or "/", []).append(page)
        for pages in below.values():
            pages.sort(key=lambda p: (order.get(p.path.strip("/"), len(order)), p.label.lower()))
        self._below, self._counted = below, len(self.pages)

    def menu(self, path: str) -> list[Page]:
        """The children that stand in the menu; `menu_only` keeps the top menu to what the settings name."""
        shown = [p for p in self.children(path) if in_menu(p)]
        if path == "/" and self.settings.get("menu_only"):
            named = self.settings.get("menu") or []
            return [p for p in shown if p.path.strip("/") in named]
        return shown

    def trail(self, page: Page) -> list[Page]:
        """The folders above a page, from the start page down."""
        above = []
        path = page.path
        while path != "/":
            path = path.rpartition("/")[0] or "/"
            if path in self.pages:
                above.append(self.pages[path])
        return above[::-1]


def in_menu(page: Page) -> bool:
    """Whether a page stands in the menu: its author's word, or else if it is HTML and no news."""
    if page.menu is not None:
        return page.menu
    return page.format == "html" and not page.redirect and page.status == 200 and page.kind != "news"


def load_sites(root: Path = SITES) -> dict[str, Site]:
    """Every site below `root`, by host name. Raise ContentError where a file cannot be understood."""
    return {folder.name: _load_site(folder) for folder in sorted(root.iterdir()) if folder.is_dir()}


def _load_site(folder: Path) -> Site:
    settings = _mapping(folder / "_site.yaml")
    site = Site(
        host=folder.name,
        name=str(settings.get("name") or folder.name),
        theme=str(settings.get("theme") or "plain"),
        agency=str(settings.get("agency") or ""),
        lang=str(settings.get("lang") or "sv"),
        settings=settings,
    )
    for key, entry in _mapping(folder / "_contacts.yaml").items():
        facts = {k: str(v).strip() for k, v in (entry or {}).items() if k in _FACTS}
        site.contacts[str(key)] = Contact(key=str(key), **facts)
    for file in sorted(folder.rglob("*.md")):
        page = _load_page(site, folder, file)
        site.pages[page.path] = page
    return site


def _mapping(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    loaded = read_yaml(file, file.read_text("utf-8"))
    if not isinstance(loaded, dict):
        raise ContentError(f"{file}: is not a mapping")
    return loaded


def read_yaml(file: Path, text: str) -> Any:
    """What a YAML text says. Raise ContentError, naming the file, where it is no YAML."""
    try:
        return yaml.load(text, Loader=_LOADER) or {}  # noqa: S506 - a safe loader, in C where there is one
    except yaml.YAMLError as error:
        raise ContentError(f"{file}: {error}") from error


def split_front_matter(file: Path, text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of a Markdown file."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.startswith("---\n"):
        raise ContentError(f"{file}: has no front matter")
    matter, mark, body = text[4:].partition("\n---")
    if not mark:
        raise ContentError(f"{file}: the front matter has no end")
    loaded = read_yaml(file, matter)
    if not isinstance(loaded, dict):
        raise ContentError(f"{file}: the front matter is not a mapping")
    return loaded, body.lstrip("-").lstrip("\n")


def _load_page(site: Site, folder: Path, file: Path) -> Page:
    matter, body = split_front_matter(file, file.read_text("utf-8"))
    if not matter.get("title") and not matter.get("redirect"):
        raise ContentError(f"{file}: has no title")
    steps = file.relative_to(folder).with_suffix("").parts
    is_folder = steps[-1] == "index"
    contact = matter.get("contact") or ()
    return Page(
        host=site.host,
        path="/" + "/".join(steps[:-1] if is_folder else steps),
        title=str(matter.get("title") or ""),
        body=_without_title(body, str(matter.get("title") or "")),
        kind=str(matter.get("kind") or "other"),
        eid=matter.get("eid"),
        description=str(matter.get("description") or ""),
        published=_date(file, matter.get("published")),
        modified=_date(file, matter.get("modified")),
        lang=str(matter.get("lang") or site.lang),
        easy_read=bool(matter.get("easy_read")),
        contacts=(contact,) if isinstance(contact, str) else tuple(map(str, contact)),
        links=tuple(_link(file, link) for link in matter.get("links") or ()),
        noindex=bool(matter.get("noindex")),
        menu=matter.get("menu"),
        menu_title=str(matter.get("menu_title") or ""),
        redirect=str(matter.get("redirect") or ""),
        status=int(matter.get("status") or 200),
        charset=str(matter.get("charset") or ""),
        format=str(matter.get("format") or "html"),
        fields=_texts(matter.get("fields")),
        steps=_texts(matter.get("steps")),
        form_fields=_texts(matter.get("form_fields")),
        login=bool(matter.get("login")),
        folder=is_folder,
        aliases=_texts(matter.get("aliases")),
    )


def _without_title(body: str, title: str) -> str:
    """The body without a first heading that only repeats the title, which the theme shows anyway."""
    first, _, rest = body.lstrip().partition("\n")
    return rest if first.strip() == f"# {title}" else body


def _texts(value: Any) -> tuple[str, ...]:
    """A list of labels, written as strings or as one-entry mappings (`- label: Namn`)."""
    if isinstance(value, str):
        return (value,)
    return tuple(
        str(item.get("label") or next(iter(item.values()), "")) if isinstance(item, dict) else str(item)
        for item in value or ()
    )


def _date(file: Path, value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ContentError(f"{file}: {value!r} is not a date") from error


def _link(file: Path, link: Any) -> ActionLink:
    if not isinstance(link, dict) or not link.get("to"):
        raise ContentError(f"{file}: a link needs kind and to: {link!r}")
    return ActionLink(
        kind=str(link.get("kind") or "guide"),
        to=str(link["to"]),
        text=str(link.get("text") or ""),
        eid=link.get("eid"),
    )


def problems(sites: dict[str, Site]) -> Iterator[str]:
    """What is wrong with the content as a whole: unknown kinds, formats, contact keys."""
    for site in sites.values():
        for page in site.pages.values():
            where = f"{site.host}{page.path}"
            if page.kind not in DOCTYPES:
                yield f"{where}: unknown kind {page.kind!r}"
            if page.format not in FORMATS:
                yield f"{where}: unknown format {page.format!r}"
            for key in page.contacts:
                if key not in site.contacts:
                    yield f"{where}: no contact {key!r} in _contacts.yaml"
            for link in page.links:
                if link.kind not in LINK_KINDS:
                    yield f"{where}: unknown kind of link {link.kind!r}"
