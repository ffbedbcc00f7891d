"""Where does a link lead? Links as authors write them, turned into the URLs that the server answers."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from demo.content import Page, Site

_ATTRIBUTE = re.compile(r'(?P<name>\b(?:href|src|action)=")(?P<target>[^"]*)"')


@dataclass(frozen=True, slots=True)
class Links:
    """Links within the federation. Authors write neither ports nor file extensions; the server has both."""

    sites: dict[str, Site]
    port: int

    def origin(self, host: str) -> str:
        """Scheme, host and port."""
        return f"http://{host}" if self.port == 80 else f"http://{host}:{self.port}"

    def url(self, page: Page) -> str:
        """The absolute URL of a page."""
        return self.origin(page.host) + page.url_path

    def target(self, host: str, href: str) -> Page | None:
        """The page that a link on a host leads to, if it is a page of the federation."""
        parts = urlsplit(href)
        if parts.scheme not in ("", "http", "https"):
            return None
        site = self.sites.get(parts.hostname or host)
        return site.pages.get(page_path(parts.path)) if site and parts.path.startswith(("/", "")) else None

    def resolve(self, host: str, href: str) -> str:
        """The link as it stands in the served page: with the port, and with a document's file extension."""
        parts = urlsplit(href)
        if parts.scheme not in ("", "http", "https") or (not parts.netloc and not parts.path.startswith("/")):
            return href
        if parts.hostname and parts.hostname not in self.sites:
            return href
        page = self.target(host, href)
        path = page.url_path if page else parts.path.removesuffix(".md") or "/"
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        origin = self.origin(parts.hostname) if parts.hostname and parts.hostname != host else ""
        return f"{origin}{path}{query}{fragment}"

    def rewrite(self, host: str, html: str) -> str:
        """Every link of a piece of HTML, resolved."""
        return _ATTRIBUTE.sub(lambda m: f'{m["name"]}{self.resolve(host, m["target"])}"', html)


def page_path(path: str) -> str:
    """The key of a page in its site, from a URL path or from what an author wrote."""
    path = path.rstrip("/")
    for ending in (".md", ".pdf", ".docx"):
        path = path.removesuffix(ending)
    if path.endswith("/index"):
        path = path.removesuffix("/index")
    return path or "/"
