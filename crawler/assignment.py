"""What is a crawl run to do? A whole agency, one of its hosts, a section of a site, or single URLs."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.errors import AssignmentError, InvalidUrlError
from crawler.registry import Agency, Registry, host_of


class Scope(StrEnum):
    """How much of an agency."""

    AGENCY = "agency"
    HOST = "host"
    SECTION = "section"
    URL = "url"


class Origin(StrEnum):
    """Where a run or a request for one came from."""

    COMMAND = "command"
    PAGE = "page"
    API = "api"
    SCHEDULE = "schedule"
    IMPORT = "import"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one run is to crawl.

    `target`: for HOST its name; for SECTION a URL whose path is a prefix, ending with "/" or not (then
    "/bygga" also holds "/bygga/altan" and "/bygga?sida=2", not "/byggavfall"); for URL the canonical URL;
    empty for AGENCY. `urls`: for URL, all of them. `request`: the recrawl request it serves. `continues`: the
    run that was broken off and that this one goes on with.
    """

    agency: str
    scope: Scope = Scope.AGENCY
    target: str = ""
    origin: Origin = Origin.COMMAND
    request: int | None = None
    continues: int | None = None
    urls: tuple[str, ...] = ()

    def holds(self, url: str) -> bool:
        """Whether a canonical URL of the agency lies within what is to be crawled."""
        match self.scope:
            case Scope.AGENCY:
                return True
            case Scope.HOST:
                return host_of(url) == self.target
            case Scope.SECTION:
                base = self.target.rstrip("/")
                return url == base or url.startswith((f"{base}/", f"{base}?"))
            case Scope.URL:
                return url == self.target or url in self.urls


def assignment_of(target: str, registry: Registry, *, section: bool = False) -> Assignment:
    """What a person means who names an agency's id, a host, or a URL (`section`: all beneath it).

    A URL may end with "*" to mean the section. Raise AssignmentError, which says what can be named, where it
    is nothing of a participating agency.
    """
    text = target.strip()
    if text in registry:
        return Assignment(text)
    if "://" not in text:
        host = text.rstrip(".").lower()
        owner = registry.of_host(host)
        if owner is None:
            known = ", ".join(agency.id for agency in list(registry)[:10])
            raise AssignmentError(
                f"{text[:200]!r} is neither an agency of the registry ({known} …), one of their hosts, nor "
                "an address that begins with http:// or https://"
            )
        return Assignment(owner.id, Scope.HOST, host)
    if text.endswith("*"):
        text, section = text[:-1], True
    try:
        url = registry.canonical(text)
    except InvalidUrlError as error:
        raise AssignmentError(f"{text[:200]!r} is not an address that can be crawled: {error}") from error
    owner = registry.of_host(host_of(url))
    if owner is None:
        raise AssignmentError(
            f"{host_of(url)} is not a host of any agency of the registry; add it there first"
        )
    _check(owner, url)
    if section:
        parts = urlsplit(url)
        return Assignment(owner.id, Scope.SECTION, f"{parts.scheme}://{parts.netloc}{parts.path}")
    return Assignment(owner.id, Scope.URL, url, urls=(url,))


def _check(owner: Agency, url: str) -> None:
    if not owner.admits(url):
        raise AssignmentError(f"{url} is left out by {owner.id}'s allow and deny patterns in the registry")
