"""Who may come to the administrators' pages at all? Decided from the connection and its headers alone.

Whoever may not is answered as if there were no such pages. The Host header is looked at so that a page of
another site, whose name was pointed at this machine (DNS rebinding), reaches nothing; Origin and
Sec-Fetch-Site (Fetch Metadata, W3C) so that no other site's form is taken for one of ours.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from searchapi.settings import Settings

# What shows that somebody stands between: what proxies and hosted front ends are known to add.
_FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
)

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


class Door:
    """The rule, made once from the settings."""

    def __init__(self, settings: Settings) -> None:
        self._networks: tuple[_Network, ...] = tuple(map(ip_network, settings.admin_networks))
        self._behind_proxy = settings.admin_behind_proxy
        public = urlsplit(settings.public_url)
        self._names = frozenset(filter(None, (public.hostname, _unbracketed(settings.host).lower())))
        self._public_https = public.hostname if public.scheme == "https" else None

    def opens(self, request: Request) -> bool:
        """Whether the request comes from where administrators sit, and names this server."""
        return self._from_near(request) and self._names_us(request.headers)

    def is_https(self, request: Request) -> bool:
        """Whether the reader's connection is encrypted, here or at the proxy in front."""
        if request.url.scheme == "https" or _host(request.headers) == self._public_https:
            return True
        return self._behind_proxy and request.headers.get("x-forwarded-proto", "").lower() == "https"

    def _from_near(self, request: Request) -> bool:
        peer = _address(request.client.host if request.client else "")
        if not any(name in request.headers for name in _FORWARDED):
            return self._is_near(peer)
        # Only a proxy on this machine, or among the administrators, is believed: anybody can send headers.
        if not self._behind_proxy or peer is None or not (peer.is_loopback or self._is_near(peer)):
            return False
        # The last entry is the one that the proxy in front wrote; those before it anybody can send. A proxy
        # that writes none hides who asks.
        told = ",".join(request.headers.getlist("x-forwarded-for"))
        return self._is_near(_address(told.rpartition(",")[2].strip()))

    def _is_near(self, address: _Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)

    def _names_us(self, headers: Headers) -> bool:
        host = _host(headers)
        if not host:
            return False
        if host == "localhost" or host.endswith(".localhost") or host in self._names:
            return True
        address = _address(host)
        return address is not None and address.is_loopback


def is_own(request: Request) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser tells."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True  # no browser that sends forms across sites; the token is asked for all the same
    try:
        parts = urlsplit(origin)
        return bool(parts.hostname) and (parts.hostname, parts.port or _usual(parts.scheme)) == _host_port(
            request.headers, parts.scheme
        )
    except ValueError:
        return False


def _host(headers: Headers) -> str:
    return _host_port(headers, "http")[0]


def _host_port(headers: Headers, scheme: str) -> tuple[str, int | None]:
    values = headers.getlist("host")
    if len(values) != 1 or any(sign in values[0] for sign in "/@\\?# "):
        return "", None
    try:
        parts = urlsplit(f"//{values[0]}")
        return (parts.hostname or "").rstrip("."), parts.port or _usual(scheme)
    except ValueError:
        return "", None


def _usual(scheme: str) -> int | None:
    return {"http": 80, "https": 443}.get(scheme)


def _address(text: str) -> _Address | None:
    try:
        address = ip_address(_unbracketed(text).partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _unbracketed(text: str) -> str:
    return text.removeprefix("[").removesuffix("]")
