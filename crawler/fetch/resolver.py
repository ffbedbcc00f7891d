"""Which address does a host name stand for, and may we connect to it? Asked at connection time.

Checking names before a request is not enough: a public name may resolve to a private address (by mistake, or
to make the crawler attack its own network), and to another one a second later (DNS rebinding). So the check
is where the socket is opened, on the very address that is connected to.
"""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from twisted.internet._resolver import GAIResolver, HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from crawler.registry import is_private_address

_CACHE_SECONDS = 300.0
_CACHE_FAILURE_SECONDS = 60.0
_CACHE_SIZE = 10_000
_THREADS = 32
_LOOPBACK = "127.0.0.1"


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's resolver with the host guard, a cache, a timeout, and `*.localhost` as RFC 6761 wants it.

    Scrapy makes it through `from_crawler`. `refused` holds hosts with private addresses: host -> address.
    Proxies may be private: those of the environment, and `proxies`, hosts that the registry names as such.
    """

    refused: dict[str, str] = {}
    proxies: set[str] = set()

    def __init__(self, reactor: Any, *, allow_private: bool, timeout: float) -> None:
        self._reactor = reactor
        self._allow_private = allow_private
        self._timeout = timeout
        self._proxies = {host for url in getproxies().values() if (host := _host(url))}
        self._cache: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._waiting: dict[str, list[tuple[Any, int, str]]] = {}
        self._threads = ThreadPool(minthreads=0, maxthreads=_THREADS, name="names")
        self._resolver = GAIResolver(reactor, getThreadPool=lambda: self._threads)

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "GuardedResolver":
        """Made by Scrapy, with the settings of crawler.fetch.scrapy_settings."""
        return cls(
            reactor,
            allow_private=crawler.settings.getbool("MEDBORGARSOK_ALLOW_PRIVATE"),
            timeout=crawler.settings.getfloat("DNS_TIMEOUT"),
        )

    def install_on_reactor(self) -> None:
        """Let every connection of the process ask this resolver."""
        self._threads.start()
        self._reactor.addSystemEventTrigger("during", "shutdown", self._threads.stop)
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - the interface's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name; no address at all where it has none, or only private ones."""
        host = hostName.lower().rstrip(".")
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        if host == "localhost" or host.endswith(".localhost"):
            self._give(resolutionReceiver, host, portNumber, (_LOOPBACK,))
            return resolution
        until, addresses = self._cache.get(host, (0.0, ()))
        if until > time.monotonic():
            self._give(resolutionReceiver, host, portNumber, addresses)
            return resolution
        waiting = self._waiting.setdefault(host, [])
        waiting.append((resolutionReceiver, portNumber, host))
        if len(waiting) == 1:
            collector = _Collector(self, host)
            collector.timer = self._reactor.callLater(self._timeout, collector.resolutionComplete)
            receiver: Any = collector  # (mypy does not see what zope.interface sees)
            self._resolver.resolveHostName(receiver, hostName, 0, addressTypes, transportSemantics)
        return resolution

    def resolved(self, host: str, addresses: tuple[str, ...]) -> None:
        """An answer came, or its time is over."""
        if len(self._cache) >= _CACHE_SIZE:
            self._cache.clear()
        seconds = _CACHE_SECONDS if addresses else _CACHE_FAILURE_SECONDS
        self._cache[host] = (time.monotonic() + seconds, addresses)
        for receiver, port, name in self._waiting.pop(host, []):
            self._give(receiver, name, port, addresses)

    def _give(self, receiver: Any, host: str, port: int, addresses: tuple[str, ...]) -> None:
        guarded = not self._allow_private and host not in self._proxies and host not in self.proxies
        for address in addresses:
            if guarded and is_private_address(address):
                self.refused[host] = address
                continue
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()


@implementer(IResolutionReceiver)
class _Collector:
    """Gathers the addresses of one host for everyone who waits for them."""

    def __init__(self, resolver: GuardedResolver, host: str) -> None:
        self._resolver = resolver
        self._host = host
        self._addresses: list[str] = []
        self._done = False
        self.timer: Any = None

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803 - the interface's names
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self._addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._done:
            return
        self._done = True
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self._resolver.resolved(self._host, tuple(self._addresses))


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "://" in url else f"http://{url}").hostname or "").lower()
    except ValueError:
        return ""
