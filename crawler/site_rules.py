"""What does the registry add to the canonical writing of one agency's URLs?

crawler/urls.py holds what is true of every server. Whether kommun.se is www.kommun.se, whether upper and
lower case mean the same, and which parameters choose nothing only the site's own people know: they say so in
agencies.toml, and the rules here follow. They never touch a URL of another host.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from crawler.record import CanonicalUrl
from crawler.urls import canonicalise

_ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")
_IN_NAMES = "!$'()*,;:@/?"


@dataclass(frozen=True, slots=True)
class SiteRules:
    """An agency's additions, as in the registry. `drop_parameters` are names, with * at the end for a prefix,
    in any case; `aliases` leads from a host to the host that it is another name of."""

    drop_parameters: tuple[str, ...]
    aliases: Mapping[str, str]
    prefer_https: bool
    ignore_case: bool
    ignore_trailing_slash: bool

    def apply(self, url: CanonicalUrl) -> CanonicalUrl:
        """The canonical URL after the additions. Applying them again changes nothing.

        Raise InvalidUrlError where the URL would grow beyond its limit.
        """
        parts = urlsplit(url)
        scheme, netloc, path, query = parts.scheme, parts.netloc, parts.path, parts.query
        host, colon, port = netloc.partition(":")
        if host in self.aliases:
            netloc = self.aliases[host] + colon + port
        if self.prefer_https and scheme == "http" and not port:  # (another port is another service)
            scheme = "https"
        if self.ignore_case:
            path = lower_path(path)
        if self.ignore_trailing_slash:
            path = path.rstrip("/") or "/"
        if query and self.drop_parameters:
            query = "&".join(piece for piece in query.split("&") if not self._drops(piece.partition("=")[0]))
        changed = urlunsplit((scheme, netloc, path, query, ""))
        return url if changed == url else canonicalise(changed)

    def _drops(self, name: str) -> bool:
        name = name.lower()
        for pattern in self.drop_parameters:
            wanted = quote(pattern.removesuffix("*"), safe=_IN_NAMES).lower()
            if name.startswith(wanted) if pattern.endswith("*") else name == wanted:
                return True
        return False


def lower_path(path: str) -> str:
    """The path in lower case, letters in percent-encoding too; bytes that are no UTF-8 stay."""
    kept, at = [], 0
    for match in _ESCAPED.finditer(path):
        kept.append(path[at : match.start()].lower())
        kept.append(_lower_escaped(match.group()))
        at = match.end()
    return "".join(kept) + path[at:].lower()


def _lower_escaped(escaped: str) -> str:
    try:
        return quote(unquote_to_bytes(escaped).decode("utf-8").lower(), safe="")
    except UnicodeDecodeError:
        return escaped
