"""What do robots find? robots.txt and the sitemaps of each site, plain or as a gzipped index."""

import gzip
from collections.abc import Iterable
from html import escape

from demo.answers import Answer
from demo.content import Page, Site
from demo.links import Links

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(site: Site, links: Links) -> str:
    """robots.txt from the site's settings: `robots` lists the disallowed paths."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in site.settings.get("robots") or []] or ["Disallow:"]
    if site.settings.get("sitemap"):
        lines += ["", f"Sitemap: {links.origin(site.host)}/sitemap.xml"]
    return "\n".join(lines) + "\n"


def answer(site: Site, links: Links, path: str) -> Answer | None:
    """The sitemap at a path: `sitemap: true` gives one file, `sitemap: index` an index of gzipped parts."""
    kind = site.settings.get("sitemap")
    pages = [p for p in site.pages.values() if _listed(p)]
    if not kind or not pages:
        return None
    if kind != "index":
        return (
            Answer(_urlset(pages, links), 200, "application/xml; charset=utf-8", etag=True)
            if path == "/sitemap.xml"
            else None
        )
    sections = sorted({_section(page) for page in pages})
    if path == "/sitemap.xml":
        entries = "".join(
            f"<sitemap><loc>{links.origin(site.host)}/sitemap-{section}.xml.gz</loc></sitemap>"
            for section in sections
        )
        body = f'{_XML}<sitemapindex xmlns="{_NAMESPACE}">{entries}</sitemapindex>'
        return Answer(body.encode(), 200, "application/xml; charset=utf-8", etag=True)
    section = path.removeprefix("/sitemap-").removesuffix(".xml.gz")
    if section not in sections or not path.endswith(".xml.gz"):
        return None
    part = _urlset([p for p in pages if _section(p) == section], links)
    return Answer(gzip.compress(part, mtime=0), 200, "application/gzip", etag=True)


def _listed(page: Page) -> bool:
    return page.status == 200 and not (page.noindex or page.redirect or page.login)


def _section(page: Page) -> str:
    return page.path.strip("/").partition("/")[0] or "start"


def _urlset(pages: Iterable[Page], links: Links) -> bytes:
    urls = "".join(
        f"<url><loc>{escape(links.url(page))}</loc>"
        + (f"<lastmod>{page.modified or page.published}</lastmod>" if page.modified or page.published else "")
        + "</url>\n"
        for page in pages
    )
    return f'{_XML}<urlset xmlns="{_NAMESPACE}">\n{urls}</urlset>\n'.encode()
