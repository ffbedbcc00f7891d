"""Which URL stands for a page? Links are made absolute, and URLs that name the same page are made equal.

Every rule here holds for every server. It drops what no server may tell apart (RFC 3986, section 6.2.2 and
6.2.3), or what a system's own name says is about the visitor and not about the page: tracking parameters,
session ids, the answer to a cookie test. Rules that hold for one site stand elsewhere:

- In the registry (crawler/site_rules.py): other names of a host, http or https, upper and lower case of
  paths, a trailing slash, parameters that choose no content.
- Learned (crawler/fetch/learned.py): the same, and www., print views, /index.html and /default.aspx, once
  enough pages of a host were the same in both writings.

What stays, though it often means nothing, as some server means another page by it: the order of parameters;
SiteVision's sv.target, sv.url and sv.….route (they say which portlet the other parameters go to: a folder of
minutes is ?folder=…&sv.url=…); EPiServer's epslanguage and Drupal's language (the translation of a page);
WordPress's ?p= and page_id (the page itself); amp (a page of its own, which names its original); print=1,
/print/ and /skriv-ut (what a view for printing looks like differs: learned, or left to rel=canonical).
"""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from crawler.errors import InvalidUrlError
from crawler.record import CanonicalUrl, RequestedUrl

MAX_URL = 2_000
"""Characters of a URL, before and after percent-encoding. Longer ones are traps or an application's state."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_ASCII_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.\-]*[a-z0-9_\-])?\Z")
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]\Z")
# WHATWG URL: C0 controls and space around a URL fall away, tabs and newlines fall away everywhere.
_AROUND = "".join(map(chr, range(0x21))) + "\u00a0"
_INSIDE = str.maketrans("", "", "\t\r\n")

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
# What may stand unencoded (RFC 3986, section 3.3 and 3.4). "|" and the like are encoded, as browsers do.
_PATH_CLEAN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]*\Z")
_QUERY_CLEAN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*\Z")
_PATH_UNITS = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_QUERY_UNITS = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")

# A server writes its session into the path when it got no cookie: Java after a semicolon, PHP too, ASP.NET as
# a segment of its own, /(S(24 letters and digits))/, with other tickets beside: (X(1)S(…)A(…)F(…)).
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:X\(1\))?(?:[SAF]\([A-Za-z0-9_\-]{15,}\))+\)(?=/|\Z)")
_TRACKING_PREFIXES = (
    "utm_",
    "mtm_",
    "pk_",
    "hsa_",
    "piwik_",
    "matomo_",
    "aspsessionid",
    "elqtrack",
    "_x_tr_",
)
_TRACKING = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid",
        "igshid", "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_gid", "_hsenc", "_hsmi", "mkt_tok",
        "srsltid", "gad_source", "gad_campaignid", "ysclid", "igsh", "mibextid", "rdt_cid", "epik", "s_kwcid",
        "fb_action_ids", "fb_action_types", "__hstc", "__hssc", "__hsfp", "elqaid", "elqat", "elqcampaignid",
        "vero_id", "oly_enc_id", "oly_anon_id", "ns_mchannel", "ns_campaign", "wt.mc_id", "wt_mc",
        "sc_campaign", "trk_contact", "trk_msg", "jsessionid", "phpsessid", "phpsessionid",
        "asp.net_sessionid", "cfid", "cftoken", "zenid", "oscsid",
        # ASP.NET's question whether the visitor takes cookies
        "aspxautodetectcookiesupport",
    }
)  # fmt: skip
# WordPress: the page with its comment form moved below the comment of that number.
_COMMENT_FORM = re.compile(r"replytocom=\d+\Z", re.IGNORECASE)
# SharePoint shows an item of a list by its ID alone; where to go back to and the content type come along.
_ITEM_PAGE = "/dispform.aspx"
_BESIDE_ITEM = frozenset({"contenttypeid", "source", "rootfolder", "isdlg"})
# Names that some sites use for a page and others for a session: only a value that looks drawn by lot is one.
_PERHAPS_SESSION = frozenset({"sid", "sessid", "sessionid", "session_id", "session", "sess", "s_id"})
_DRAWN_BY_LOT = re.compile(r"(?=[A-Za-z_\-]*\d)(?=[0-9_\-]*[A-Za-z])[A-Za-z0-9_\-]{16,}\Z")


def absolutise(base: str, href: str) -> RequestedUrl | None:
    """The absolute http or https URL that a link means, without fragment; None where it means none.

    `base` is the page's URL (or that of its <base>). None is returned for mailto:, tel:, javascript:, data:
    and every other scheme, for what can't be parsed, for URLs with a user name, and for URLs over MAX_URL.
    """
    href = href.strip(_AROUND)
    if len(href) > MAX_URL:
        return None
    href = href.translate(_INSIDE).partition("#")[0]
    scheme = _SCHEME.match(href)
    if scheme and (scheme.group(1).lower() not in _DEFAULT_PORTS or href.endswith("://")):
        return None  # ("http://" alone is what editors leave in an empty link field)
    path, mark, query = href.partition("?")
    if "\\" in path:  # browsers read it as a slash
        path = path.replace("\\", "/")
    try:
        url = urljoin(base, path + mark + query).partition("#")[0]
        canonicalise(url)
    except ValueError:
        return None
    return RequestedUrl(url)


@lru_cache(maxsize=8_192)  # (menus repeat; a large site's other links do not)
def canonicalise(url: str) -> CanonicalUrl:
    """The URL in its one canonical writing. Canonicalising it again changes nothing.

    Lower-case scheme and host, IDNA host, no default port, no fragment, dot segments resolved,
    percent-encoding in UTF-8 with upper-case digits and only where needed, "/" for an empty path, tracking
    parameters and session ids dropped, and what SharePoint and WordPress put beside the page that is meant.
    Raise InvalidUrlError for what is not an absolute http or https URL of at most MAX_URL characters.
    """
    text = url.strip(_AROUND)
    if len(text) > MAX_URL:
        raise InvalidUrlError(f"longer than {MAX_URL} characters: {text[:80]}…")
    text = text.translate(_INSIDE)
    before, mark, after = text.partition("?")
    if "\\" in before:
        before = before.replace("\\", "/")
    try:
        parts = urlsplit(before + mark + after)
        port = parts.port
        hostname = parts.hostname or ""
    except ValueError as error:
        raise InvalidUrlError(f"not a URL ({error}): {text[:200]!r}") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise InvalidUrlError(f"not an absolute http or https URL: {text[:200]!r}")
    if "@" in parts.netloc:
        raise InvalidUrlError(f"a URL with a user name: {text[:200]!r}")
    host = _host(hostname, bracketed="[" in parts.netloc)
    if port == 0:
        raise InvalidUrlError(f"port 0: {text[:200]!r}")
    netloc = host if port is None or port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    path = parts.path
    if not _PATH_CLEAN.match(path):
        path = _PATH_UNITS.sub(_unit, path)
    if ";" in path:
        path = _PATH_SESSION.sub("", path)
    while "/(" in path and _ASP_SESSION.search(path):  # (what is left may read as a session once more)
        path = _ASP_SESSION.sub("", path)
    if "/." in path:
        path = _without_dots(path)
    query = parts.query
    if query:
        if not _QUERY_CLEAN.match(query):
            query = _QUERY_UNITS.sub(_unit, query)
        query = "&".join(piece for piece in query.split("&") if piece and not _says_who_came(piece))
        if path.lower().endswith(_ITEM_PAGE):
            query = _item_alone(query)
    canonical = f"{scheme}://{netloc}{path or '/'}{'?' if query else ''}{query}"
    if len(canonical) > MAX_URL:
        raise InvalidUrlError(f"longer than {MAX_URL} characters when encoded: {canonical[:80]}…")
    return CanonicalUrl(canonical)


def _host(name: str, *, bracketed: bool) -> str:
    name = name.rstrip(".").lower()
    if bracketed:
        if _IPV6.match(f"[{name}]"):
            return f"[{name}]"
        raise InvalidUrlError(f"not an IPv6 address: {name[:80]!r}")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise InvalidUrlError(f"not a host name: {name[:80]!r}") from error
    if len(name) > 253 or ".." in name or not _ASCII_HOST.match(name):
        raise InvalidUrlError(f"not a host name: {name[:80]!r}")
    return name


def _unit(match: re.Match[str]) -> str:
    """One percent-encoded byte or one character that can't stand as it is."""
    unit = match.group()
    if len(unit) == 3:
        character = chr(int(unit[1:], 16))
        return character if character in _UNRESERVED else unit.upper()
    try:
        return "".join(f"%{byte:02X}" for byte in unit.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InvalidUrlError(f"half a character (surrogate) in a URL: {unit!r}") from error


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4, for an absolute path."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _says_who_came(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    while name.startswith("amp;"):  # (an editor escaped the link twice)
        name = name[4:]
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or _COMMENT_FORM.match(parameter):
        return True
    return name in _PERHAPS_SESSION and bool(_DRAWN_BY_LOT.match(value))


def _item_alone(query: str) -> str:
    pieces = query.split("&")
    if not any(re.match(r"id=\d+\Z", piece, re.IGNORECASE) for piece in pieces):
        return query
    return "&".join(piece for piece in pieces if piece.partition("=")[0].lower() not in _BESIDE_ITEM)
