"""What does each host answer? The demo agencies' sites behind one door, with the habits of their CMSs."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from demo import documents, sitemaps
from demo.answers import Answer, Request, redirect
from demo.calendars import Calendar
from demo.content import SITES, Page, Site, load_sites
from demo.links import Links, page_path
from demo.render import Renderer, page_number

DEFAULT_PORT = 8010
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="#1d4f6e" d="M2 1h12v7q0 5-6 7-6-2-6-7z"/>'
    '<path fill="#f2c230" d="M7 3h2v9H7zM4 6h8v2H4z"/></svg>'
)


class Federation:
    """The demo agencies, answering requests by host name. Safe to use from several threads."""

    def __init__(self, port: int = DEFAULT_PORT, root: Path = SITES) -> None:
        self.port = port
        self.sites = load_sites(root)
        self.links = Links(self.sites, port)
        self.documents = documents.library(self.sites)
        for page in self.documents.pages():
            self.sites[page.host].pages.setdefault(page.path, page)
        self._calendars = {
            host: Calendar(host, str(site.settings["calendar"]), site.name)
            for host, site in self.sites.items()
            if site.settings.get("calendar")
        }
        for host, calendar in self._calendars.items():
            for page in calendar.pages():
                self.sites[host].pages.setdefault(page.path, page)
        self.aliases = {
            (host, page_path(alias)): page
            for host, site in self.sites.items()
            for page in site.pages.values()
            for alias in page.aliases
        }
        self._folded = {
            (host, path.lower()): path
            for host, site in self.sites.items()
            for path in site.pages
            if path != path.lower()
        }
        self.renderer = Renderer(self.sites, self.links, self.documents)
        self._numbered = {
            (host, f"{'/node/' if site.theme == 'drupal' else '/?p='}{page_number(page)}"): page
            for host, site in self.sites.items()
            if site.theme in ("drupal", "wordpress")
            for page in site.pages.values()
        }
        self._html: Callable[[str, str, str], str] = lru_cache(maxsize=4096)(self._render)
        self._visits = 0

    def answer(self, request: Request) -> Answer:
        """The answer to a request; unknown hosts and paths are answered too."""
        site = self.sites.get(request.host)
        if site is None:
            return self._directory(request.host)
        if request.method not in ("GET", "HEAD", "POST"):
            return Answer(b"", 405, "text/plain; charset=utf-8", {"allow": "GET, HEAD, POST"})
        path, _, session = request.path.partition(";jsessionid=")
        special = self._special(site, path, request)
        if special is not None:
            return special
        if request.method == "POST":
            return self._thanks(site)
        document = self.documents.find(site.host, path)
        if document is not None:
            return Answer(
                document.body(), 200, document.content_type, dict(document.headers), document.modified, True
            )
        return self._page_answer(site, path, request, bool(session))

    def _special(self, site: Site, path: str, request: Request) -> Answer | None:
        """The addresses that every host has beside its pages."""
        if path == "/robots.txt":
            return Answer(sitemaps.robots(site, self.links).encode(), 200, "text/plain; charset=utf-8")
        if path.startswith("/sitemap"):
            return sitemaps.answer(site, self.links, path)
        if path in ("/favicon.ico", "/favicon.svg"):
            return Answer(_ICON.encode(), 200, "image/svg+xml", {"cache-control": "max-age=86400"})
        if path.startswith("/static/") and path.endswith(".css"):
            style = self.renderer.style(path.removeprefix("/static/").removesuffix(".css"))
            return Answer(style.encode(), 200, "text/css; charset=utf-8", etag=True) if style else None
        numbered = self._numbered.get((site.host, f"{path}?{request.query}" if request.query else path))
        if numbered is not None:
            return redirect(numbered.url_path)
        if path == "/starta":
            return redirect("/inloggning", 302)
        if path == "/inloggning" and path not in site.pages:
            return self._html_answer(site, _login_page(site), noindex=True)
        if path == site.settings.get("search", "/sok") and path not in site.pages:
            return self._search(site, path, _parameter(request, "q"))
        calendar = self._calendars.get(site.host)
        if calendar is not None and path == calendar.path:
            page, events = calendar.month(_parameter(request, "manad"))
            return self._html_answer(site, page, events=events)
        return None

    def _page_answer(self, site: Site, path: str, request: Request, session: bool) -> Answer:
        key = page_path(path) if not path.endswith((".pdf", ".docx", ".md")) or path.endswith("/") else path
        page = site.pages.get(key) or self.aliases.get((site.host, key))
        if page is None and site.settings.get("case_insensitive"):
            key = key.lower()
            page = site.pages.get(self._folded.get((site.host, key), key))
        if page is None or page.status in (404, 410):
            return self._missing(site, path, 404 if page is None else page.status)
        if page.redirect:
            return redirect(self.links.resolve(site.host, page.redirect), 301)
        if page.format != "html":
            return redirect(page.url_path, 301)
        if path != "/" and path.endswith("/") and site.settings.get("slash") == "redirect":
            return redirect(page.url_path + (f"?{request.query}" if request.query else ""), 301)
        if page.login:
            login = str(site.settings.get("login_host") or "")
            origin = self.links.origin(login) if login else ""
            return redirect(f"{origin}/inloggning?mal={quote(page.path)}", 302)
        variant = "print" if _parameter(request, "print") == "1" else ""
        answer = self._encoded(site, page, self._html(site.host, page.path, variant))
        if site.settings.get("sessions") and "jsessionid" not in request.cookies.lower():
            self._in_session(answer, request)
        answer.status = page.status
        if page.noindex and site.settings.get("noindex_header"):
            answer.headers["x-robots-tag"] = "noindex"
        return answer

    def _render(self, host: str, path: str, variant: str) -> str:
        page = self.sites[host].pages[path]
        return self.renderer.page(page, printed=variant == "print")

    def _encoded(self, site: Site, page: Page, html: str) -> Answer:
        """The page in the site's charset. A page's own `charset` is what it declares, whatever it is."""
        encoding = str(site.settings.get("encoding") or "utf-8")
        declared = page.charset or encoding
        header = (
            f"text/html; charset={declared}" if site.settings.get("charset_header", True) else "text/html"
        )
        return Answer(
            html.replace('charset="utf-8"', f'charset="{declared}"', 1).encode(encoding, "xmlcharrefreplace"),
            content_type=header,
            modified=(page.modified or page.published) if site.settings.get("last_modified", True) else None,
            etag=bool(site.settings.get("etag", True)),
        )

    def _html_answer(
        self, site: Site, page: Page, *, noindex: bool = False, status: int = 200, **extra: Any
    ) -> Answer:
        answer = self._encoded(site, page, self.renderer.page(page, **extra))
        answer.modified, answer.status = None, status
        if noindex:
            answer.headers["x-robots-tag"] = "noindex"
        return answer

    def _in_session(self, answer: Answer, request: Request) -> None:
        """Write a new session id into every link of the page, as old Java platforms do without cookies."""
        self._visits += 1
        session = (
            hashlib.md5(f"{self._visits}{request.path}".encode(), usedforsecurity=False)
            .hexdigest()[:24]
            .upper()
        )
        html = answer.body.decode("latin-1")
        pieces = html.split('href="/')
        for number, piece in enumerate(pieces[1:], 1):
            target, quote_mark, rest = piece.partition('"')
            bare = target.partition("?")[0].partition("#")[0]
            if not bare.startswith("static/"):
                target = f"{bare};jsessionid={session}{target[len(bare) :]}"
            pieces[number] = target + quote_mark + rest
        answer.body = 'href="/'.join(pieces).encode("latin-1")
        answer.headers["set-cookie"] = f"JSESSIONID={session}; Path=/; HttpOnly"

    def _missing(self, site: Site, path: str, status: int) -> Answer:
        soft = bool(site.settings.get("soft_404"))
        gone = Page(
            host=site.host,
            path=path,
            title="Sidan kan inte hittas" if site.lang == "sv" else "Page not found",
            body="Sidan du söker finns inte. Den kan ha flyttats eller tagits bort. "
            "Prova att söka eller gå till [startsidan](/).",
            noindex=not soft,
        )
        return self._html_answer(site, gone, status=200 if soft else status)

    def _search(self, site: Site, path: str, query: str) -> Answer:
        words = [word for word in query.lower().split() if word]
        found = [
            page
            for page in site.pages.values()
            if words and all(word in f"{page.title} {page.description}".lower() for word in words)
        ]
        page = Page(host=site.host, path=path, title="Sök på webbplatsen", noindex=True)
        return self._html_answer(site, page, noindex=True, query=query[:200], results=found[:20])

    def _thanks(self, site: Site) -> Answer:
        page = Page(
            host=site.host,
            path="/tack",
            title="Tack!",
            body="Det här är en demo. Ingenting har skickats och ingenting har sparats.",
            noindex=True,
        )
        return self._html_answer(site, page, noindex=True)

    def _directory(self, host: str) -> Answer:
        items = "".join(
            f'<li><a href="{self.links.origin(s.host)}/">{escape(s.name)}</a> ({s.host})'
            for s in self.sites.values()
        )
        body = (
            '<!DOCTYPE html><html lang="sv"><meta charset="utf-8"><title>Okänd värd</title>'
            "<h1>Okänd värd</h1>"
            f"<p>{escape(host[:200])} hör inte till demon. Demons webbplatser:<ul>{items}</ul></html>"
        )
        return Answer(body.encode(), 404)


def _parameter(request: Request, name: str) -> str:
    try:
        values = parse_qs(request.query[:2000], max_num_fields=20)
    except ValueError:
        return ""
    return values.get(name, [""])[0]


def _login_page(site: Site) -> Page:
    return Page(
        host=site.host,
        path="/inloggning",
        title="Logga in med e-legitimation",
        body="Välj hur du vill logga in.\n\n- BankID på den här enheten\n- BankID på en annan enhet\n"
        "- Freja eID+\n- Utländsk e-legitimation (eIDAS)\n\n"
        "Saknar du e-legitimation? Kontakta oss så hjälper vi dig.",
        noindex=True,
    )
