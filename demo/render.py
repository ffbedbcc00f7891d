"""How does a page look? Markdown and front matter, set in the theme of the site's CMS."""

import re
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from demo.content import Contact, Page, Site
from demo.dates import swedish_date
from demo.documents import Library
from demo.links import Links

THEMES = Path(__file__).parent / "themes"


@dataclass(frozen=True, slots=True)
class Action:
    """An entry of the "Självservice" box, ready to show."""

    kind: str
    url: str
    text: str
    eid: bool | None
    size: str


class Renderer:
    """Sets pages in themes. Holds no state that a request could change."""

    def __init__(self, sites: dict[str, Site], links: Links, documents: Library) -> None:
        self._sites = sites
        self._documents = documents
        self._links = links
        self._markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
        self._jinja = Environment(
            loader=FileSystemLoader(THEMES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._jinja.filters["day"] = swedish_date
        self._jinja.filters["lines"] = lambda text: Markup("<br>").join(str(text).splitlines())
        self._jinja.filters["tel"] = telephone_uri
        self.themes = frozenset(p.stem for p in THEMES.glob("*.html") if not p.stem.startswith("_"))

    def page(self, page: Page, *, printed: bool = False, **extra: Any) -> str:
        """The whole HTML of a page. `extra` goes to the theme: `query`, `results`, `events`"""
        site = self._sites[page.host]
        theme = site.theme if site.theme in self.themes else "plain"
        top = site.menu("/")
        trail = site.trail(page)
        section = next((above for above in trail if above.path != "/"), page)
        body = self.body(page)
        context = {
            "site": site,
            "set": site.settings,
            "page": page,
            "body": Markup(body),  # noqa: S704 - our own content
            "theme": theme,
            "top_menu": top,
            "trail": trail,
            "section": section,
            "section_menu": site.menu(section.path) if section.path != "/" else [],
            "children": self._unlinked(site, page, body) if page.folder else [],
            "siblings": [p for p in site.menu(trail[-1].path) if p.path != page.path][:5] if trail else [],
            "tree": top,
            "contacts": [site.contacts[key] for key in page.contacts if key in site.contacts],
            "actions": [self._action(page.host, page, link) for link in page.links],
            "canonical": self._links.url(page),
            "origin": self._links.origin(page.host),
            "to": lambda href: self._links.resolve(page.host, href),
            "news": self._latest(site, "news"),
            "charset": page.charset or site.settings.get("encoding") or "utf-8",
            "number": page_number(page),
            "graph": self._graph(site, page, trail),
            "documents": self._documents.of_page(page.host, page.path),
            "results": None,
            "query": "",
            "events": None,
            **extra,
        }
        template = "_print.html" if printed else f"{theme}.html"
        return self._jinja.get_template(template).render(context)

    def style(self, theme: str) -> str | None:
        """The style sheet of a theme, None where there is none."""
        file = THEMES / f"{theme}.css"
        return file.read_text("utf-8") if theme in self.themes and file.exists() else None

    def body(self, page: Page) -> str:
        """The page's Markdown as HTML, its links resolved."""
        return self._links.rewrite(page.host, self._markdown.render(page.body))

    def _action(self, host: str, page: Page, link: Any) -> Action:
        target = self._links.target(host, link.to)
        eid = link.eid if link.eid is not None or target is None else target.eid
        return Action(
            kind=link.kind,
            url=self._links.resolve(host, link.to),
            text=link.text or (target.title if target else page.title),
            eid=eid,
            size=target.format if target else "html",
        )

    @staticmethod
    def _unlinked(site: Site, page: Page, body: str) -> list[Page]:
        """A folder's pages to list below its text, unless the author has linked most of them already."""
        below = site.menu(page.path)
        linked = [p for p in below if f'href="{p.url_path}"' in body]
        return [] if len(linked) * 2 > len(below) else [p for p in below if p not in linked]

    def _graph(self, site: Site, page: Page, trail: list[Page]) -> dict[str, Any]:
        """The schema.org graph that some themes carry."""
        url = self._links.url(page)
        crumbs = [*trail, page] if page.path != "/" else [page]
        return {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "WebPage",
                    "@id": url,
                    "url": url,
                    "name": page.title,
                    "inLanguage": "sv-SE" if page.lang == "sv" else page.lang,
                    **({"datePublished": str(page.published)} if page.published else {}),
                    **({"dateModified": str(page.modified)} if page.modified else {}),
                },
                {
                    "@type": "BreadcrumbList",
                    "itemListElement": [
                        {
                            "@type": "ListItem",
                            "position": place,
                            "name": crumb.label,
                            "item": self._links.url(crumb),
                        }
                        for place, crumb in enumerate(crumbs, 1)
                    ],
                },
                {
                    "@type": "GovernmentOrganization",
                    "name": site.name,
                    "url": self._links.origin(site.host) + "/",
                    "telephone": site.settings.get("switchboard", ""),
                },
            ],
        }

    @staticmethod
    def _latest(site: Site, kind: str) -> list[Page]:
        dated = [p for p in site.pages.values() if p.kind == kind and p.format == "html" and p.published]
        return sorted(dated, key=lambda p: p.published or date.min, reverse=True)[:4]


def page_number(page: Page) -> int:
    """The number that a database would have given the page: the same every time."""
    return zlib.crc32(page.path.encode()) % 9000 + 100


def telephone_uri(phone: str) -> str:
    """A Swedish number, as written, as the number part of a tel: link."""
    digits = re.sub(r"[^\d+]", "", phone)
    return "+46" + digits[1:] if digits.startswith("0") else digits


def contact_facts(contact: Contact) -> dict[str, str]:
    """The facts of a contact that are there."""
    names = ("name", "role", "phone", "email", "visiting", "postal", "hours")
    return {name: getattr(contact, name) for name in names if getattr(contact, name)}
