"""May this URL be asked for at all? Asked of every link, every redirect and every sitemap entry."""

import re
from dataclasses import dataclass
from posixpath import splitext
from urllib.parse import unquote, urlsplit

from crawler.outcomes import Outcome
from crawler.registry import Agency, host_of, is_private_host

PRIVATE_ADVICE = (
    "set allow_private_addresses = true (MEDBORGARSOK_ALLOW_PRIVATE_ADDRESSES=true) "
    "if this is a demo or test site"
)

# What is never read, told by its ending, so that it is not even asked for. Endings that may stand for a page
# (.php, .aspx, none at all) are asked for, and the Content-Type decides.
_NOT_READ = frozenset(
    {
        "7z", "aac", "ai", "apk", "asx", "atom", "avi", "avif", "bin", "bmp", "bz2", "cab", "class", "css",
        "csv", "dmg", "dtd", "dwg", "dxf", "eot", "eps", "exe", "flac", "flv", "gif", "gml", "gpx", "gz",
        "ico", "ics", "img", "iso", "jar", "jpe", "jpeg", "jpg", "js", "json", "jsonld", "kml", "kmz",
        "less", "log", "m4a", "m4v", "map", "mid", "mjs", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "mpp",
        "msg", "msi", "ods", "odp", "ogg", "ogv", "otf", "pkg", "png", "pps", "ppsx", "ppt", "pptx", "ps",
        "psd", "rar", "rpm", "rss", "scss", "shp", "sql", "svg", "svgz", "swf", "tar", "tgz", "tif",
        "tiff", "ttf", "vcf", "vcs", "vsd", "wav", "webm", "webmanifest", "webp", "wma", "wmv", "woff",
        "woff2", "xls", "xlsm", "xlsx", "xml", "xsd", "xsl", "xz", "zip",
    }
)  # fmt: skip
_ENDING = re.compile(r"\.([a-z0-9]{1,11})\Z")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL is not asked for."""

    outcome: Outcome
    reason: str


def refusal(url: str, agency: Agency, *, allow_private: bool) -> Refusal | None:
    """Why a canonical URL must not be asked for (host, registry, ending); None where it may."""
    host = host_of(url)
    if host not in agency.hosts:
        return Refusal(Outcome.OFF_HOST, f"{host} is not a host of {agency.id}; add it to hosts if it is")
    if not allow_private and is_private_host(host):
        return Refusal(Outcome.PRIVATE_ADDRESS, f"{host} stands for a private address; {PRIVATE_ADVICE}")
    if not agency.admits(url):
        return Refusal(Outcome.DENIED_BY_REGISTRY, "allow and deny of the registry leave it out")
    ending = ending_of(url)
    if ending in _NOT_READ:
        return Refusal(Outcome.UNSUPPORTED_TYPE, f".{ending} files are not read")
    return None


def ending_of(url: str) -> str:
    """The file ending of a URL's path in lower case without the dot; empty where there is none."""
    found = _ENDING.match(splitext(unquote(urlsplit(url).path).lower())[1])
    return found.group(1) if found else ""
