"""What do the authors know of each page? The truth to measure the product against, never served."""

from dataclasses import dataclass

from demo.content import Page
from demo.federation import DEFAULT_PORT, Federation
from demo.render import contact_facts


@dataclass(frozen=True, slots=True)
class PageTruth:
    """The truth of one page that a search ought to find.

    `kind` is a doctype, `eid` whether an e-service needs e-legitimation, `contacts` the facts of the contacts
    on the page as written there (name, role, phone, email, visiting, postal, hours), `actions` the links of
    its "Självservice" box as (kind, URL).
    """

    kind: str
    title: str
    lang: str
    eid: bool | None
    easy_read: bool
    contacts: tuple[dict[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    content_type: str


def truth(port: int = DEFAULT_PORT, federation: Federation | None = None) -> dict[str, PageTruth]:
    """By URL as served, every page and document that should be searchable."""
    federation = federation or Federation(port)
    known = {}
    for site in federation.sites.values():
        for page in site.pages.values():
            if page.noindex or page.redirect or page.login or page.status != 200:
                continue
            if any(page.path.startswith(path) for path in site.settings.get("robots") or ()):
                continue
            known[federation.links.url(page)] = _of_page(federation, page)
    for document in federation.documents:
        url = federation.links.origin(document.host) + document.path
        if url not in known and not document.fault:
            known[url] = PageTruth(
                document.kind, document.title, "sv", None, False, (), (), document.content_type
            )
    return known


def _of_page(federation: Federation, page: Page) -> PageTruth:
    site = federation.sites[page.host]
    document = federation.documents.find(page.host, page.url_path)
    actions = []
    for link in page.links:
        href = federation.links.resolve(page.host, link.to)
        actions.append((link.kind, href if "://" in href else federation.links.origin(page.host) + href))
    return PageTruth(
        kind=page.kind,
        title=page.title,
        lang=page.lang,
        eid=page.eid,
        easy_read=page.easy_read,
        contacts=tuple(contact_facts(site.contacts[key]) for key in page.contacts if key in site.contacts),
        actions=tuple(actions),
        content_type=document.content_type if document else "text/html",
    )
