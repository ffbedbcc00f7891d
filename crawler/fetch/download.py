"""How does one request end? An answer, or a named failure; never an exception."""

import asyncio
import logging
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.web.client import ResponseFailed

from crawler.fetch.guard import PRIVATE_ADVICE
from crawler.fetch.handler import BEGINNING, certificate_problem
from crawler.fetch.resolver import GuardedResolver
from crawler.outcomes import Outcome
from crawler.registry import host_of

logger = logging.getLogger(__name__)

MAX_UNDER_WAY = 512
"""Requests under way in the whole process."""
_MAX_HEADER = 4_000
# Scrapy chooses among these by what is installed and by the version of Python; their errors share no base.
_DECOMPRESSORS = ("brotli", "backports.zstd", "compression.zstd")
# Whole families of types that nothing is read from; what is left is decided by what the body looks like.
_NEVER_READ = ("image/", "video/", "audio/", "font/", "model/")
_NEVER_READ_TYPES = frozenset(
    {
        "text/css", "text/javascript", "application/javascript", "application/x-javascript", "text/csv",
        "text/calendar", "text/vcard", "text/x-vcard", "application/json", "application/ld+json",
        "application/rss+xml", "application/atom+xml", "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its body, whole. Header names in lower case; `seconds` from request to last byte."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    unread_type: str = ""
    """The content type, where it said before the body that nothing could be read from it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer. `silent`: the host said nothing; `passing`: another try may go better."""

    outcome: Outcome
    reason: str
    silent: bool = False
    passing: bool = False
    seconds: float = 0.0


class Fetcher:
    """Sends single requests through Scrapy's downloader. One for all agencies of the process."""

    def __init__(self, download: Callable[[Request], Awaitable[Any]]) -> None:
        self._download = download
        self._under_way = asyncio.Semaphore(MAX_UNDER_WAY)

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        any_type: bool = False,
        size: int = 0,
        beginning: int = 0,
        proxy: str = "",
    ) -> Answer | Failed:
        """Ask for a URL once, following no redirect.

        `size`: another bound of the body than the settings'. `beginning`: of a longer body only about this
        many bytes are read, which is no failure. `proxy`: an HTTP proxy for this request, in the place of the
        environment's (http_proxy, https_proxy, no_proxy). A proxy looks names up itself, so of the addresses
        behind it only those written as numbers, *.localhost and the like are refused here
        (crawler.fetch.guard); keeping the rest of its network to itself is the proxy's own business.
        """
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        meta: dict[str, Any] = {"medborgarsok_any_type": any_type, "verbatim_url": True}
        if size:
            meta["download_maxsize"] = size
        if beginning:
            # Scrapy's bound is lifted, or a Content-Length beyond it would end the request before the body.
            meta |= {BEGINNING: beginning, "download_maxsize": 0}
        if proxy:
            meta["proxy"] = proxy
            GuardedResolver.proxies.add(host_of(proxy))
        async with self._under_way:
            start = time.monotonic()
            try:
                request = Request(url, headers=headers, meta=meta, dont_filter=True)
                response = await self._download(request)
            except Exception as error:  # noqa: BLE001 - the edge to the network: every fault is an outcome
                return _failure(url, error, time.monotonic() - start)
            seconds = time.monotonic() - start
        head = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")[:_MAX_HEADER]
            for name, values in response.headers.items()
        }
        stopped = "download_stopped" in response.flags and not beginning
        unread = head.get("content-type", "unknown") if stopped else ""
        return Answer(url, response.status, head, response.body, seconds, unread)


def stop_unread_types(headers: Any, request: Request, **_: Any) -> None:
    """Signal handler for Scrapy's headers_received: don't download a body that nothing is read from."""
    if request.meta.get("medborgarsok_any_type"):
        return
    kind = (headers.get(b"Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind.startswith(_NEVER_READ) or kind in _NEVER_READ_TYPES:
        raise StopDownload(fail=False)


def _failure(url: str, error: Exception, seconds: float) -> Failed:
    """Which outcome an exception of Scrapy, Twisted or a decompressor stands for."""
    reason = str(error)[:300] or type(error).__name__
    match error:
        case DownloadTimeoutError():
            return Failed(Outcome.TIMEOUT, f"no whole answer in {seconds:.0f} s", True, True, seconds)
        case CannotResolveHostError():
            host = host_of(url)
            private = GuardedResolver.refused.get(host)
            if private:
                why = f"{host} resolves to the private address {private}; {PRIVATE_ADVICE}"
                return Failed(Outcome.PRIVATE_ADDRESS, why, True, False, seconds)
            return Failed(Outcome.DNS_ERROR, f"{host} has no address", True, True, seconds)
        case DownloadCancelledError():
            return Failed(Outcome.TOO_LARGE, reason, seconds=seconds)
        case IgnoreRequest():  # (how HttpCompressionMiddleware says that a body inflates beyond the limit)
            return Failed(Outcome.TOO_LARGE, "the body is too large when decompressed", seconds=seconds)
        case ResponseDataLossError():
            why = "the body ended before it was whole"
            return Failed(Outcome.TRUNCATED, why, passing=True, seconds=seconds)
        case DownloadConnectionRefusedError() | ConnectError() | ConnectionLost():
            return Failed(Outcome.CONNECTION_FAILED, reason, True, True, seconds)
        case DownloadFailedError():
            tls = _tls_problem(error, host_of(url))
            if tls:
                return Failed(Outcome.TLS_ERROR, tls, True, False, seconds)
            return Failed(Outcome.CONNECTION_FAILED, _plain(error), True, True, seconds)
        case SSL.Error() | VerificationError():
            reason = certificate_problem(host_of(url)) or reason
            return Failed(Outcome.TLS_ERROR, reason, True, False, seconds)
        case TunnelError():
            return Failed(Outcome.CONNECTION_FAILED, reason, True, True, seconds)
        case zlib.error() | struct.error() | EOFError() | OSError():
            return _undecompressed(reason, seconds)
        case _ if type(error).__module__.startswith(_DECOMPRESSORS):
            return _undecompressed(reason, seconds)
    logger.warning("%s: unexpected failure of the download", url, exc_info=error)
    return Failed(Outcome.CONNECTION_FAILED, f"{type(error).__name__}: {reason}", True, False, seconds)


def _undecompressed(reason: str, seconds: float) -> Failed:
    why = f"the body can't be decompressed: {reason}"
    return Failed(Outcome.TRUNCATED, why, passing=True, seconds=seconds)


def _causes(error: Exception) -> list[BaseException]:
    cause = error.__cause__
    if isinstance(cause, ResponseFailed):
        return [failure.value for failure in cause.reasons]
    return [cause] if cause is not None else []


def _tls_problem(error: Exception, host: str) -> str:
    for cause in _causes(error):
        if isinstance(cause, VerificationError):
            return certificate_problem(host) or "the certificate is for another host"
        if isinstance(cause, SSL.Error):
            if told := certificate_problem(host):
                return told
            details = cause.args[0] if cause.args else ""
            texts = [part[-1] for part in details if part] if isinstance(details, (list, tuple)) else []
            return ", ".join(texts)[:300] or "the TLS connection failed"
    return ""


def _plain(error: Exception) -> str:
    causes = _causes(error)
    return "; ".join(f"{type(cause).__name__}: {cause}" for cause in causes)[:300] or str(error)[:300]
