"""How much of an answer's head is read? Scrapy bounds bodies and single lines, not the number of lines."""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.web._newclient import BODY, DONE

MAX_HEAD_BYTES = 256 * 1024
"""Status line and headers. Real answers have less than 16 kB."""


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A client protocol that hangs up on a head without end."""

    _head_bytes = 0

    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        return super().request(request)

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802 - the interface's names
        parser = self._parser
        if parser is not None and parser.state not in (BODY, DONE):
            self._head_bytes += len(bytes)
            if self._head_bytes > MAX_HEAD_BYTES:
                assert self.transport is not None
                self.transport.abortConnection()
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a bound on heads."""

    lazy = False

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
