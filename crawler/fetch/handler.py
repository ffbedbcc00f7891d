"""What do we add to Scrapy's handler of http and https? Bounds on heads and bodies, and why TLS failed."""

from typing import Any

from OpenSSL import SSL
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.exceptions import StopDownload
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions
from twisted.web._newclient import BODY, DONE
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

MAX_HEAD_BYTES = 256 * 1024
"""Status line and headers. Real answers have less than 16 kB."""
BEGINNING = "medborgarsok_beginning"
"""Key of a request's meta: of a body longer than so many bytes only the beginning is read."""
_INFLATED = 4
_MAX_PROBLEMS = 10_000

# What the codes of X509_verify_cert(3) mean, for a person who is to do something about it.
_PROBLEMS = {
    9: "the certificate is not valid yet",
    10: "the certificate has expired",
    18: "the certificate is self-signed, by nobody that browsers trust",
    19: "the certificate is signed by nobody that browsers trust",
    20: "the certificate's issuer is not known; perhaps the server doesn't send the certificates in between",
    21: "the certificate's issuer is not known; perhaps the server doesn't send the certificates in between",
    23: "the certificate has been revoked",
}
_problems: dict[str, str] = {}


def certificate_problem(host: str) -> str:
    """What was wrong with the certificate when a host was last connected to; empty where nothing was."""
    return _problems.get(host, "")


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


class _TellingTLSOptions(ClientTLSOptions):
    """Verifies as Twisted does, and keeps why a certificate was refused: OpenSSL's error only says that."""

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803
        connection = super().clientConnectionForTLS(tlsProtocol)
        host = self._hostnameASCII
        expected = DNS_ID(host) if self._hostnameIsDnsName else IPAddress_ID(host)
        _problems.pop(host, None)

        def verify(_: SSL.Connection, certificate: Any, error: int, depth: int, well: int) -> bool:
            problem = "" if well else _PROBLEMS.get(error, f"the certificate is refused (OpenSSL {error})")
            if well and depth == 0:
                try:
                    verify_service_identity(extract_patterns(certificate), [expected], [])
                except (VerificationError, ValueError):
                    problem = f"the certificate is for another host than {host}"
                except Exception as fault:  # noqa: BLE001 - OpenSSL calls: what is raised here would be lost
                    problem = f"the certificate can't be read: {type(fault).__name__}"
            if problem:
                if len(_problems) >= _MAX_PROBLEMS:
                    _problems.clear()
                _problems[host] = problem
            return not problem

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify)
        return connection


@implementer(IPolicyForHTTPS)
class _TellingPolicy:
    """Scrapy's settings of TLS, with verification that tells."""

    def __init__(self, policy: Any) -> None:
        self._policy = policy

    def creatorForNetloc(self, hostname: bytes, port: int) -> _TellingTLSOptions:  # noqa: N802
        creator = self._policy.creatorForNetloc(hostname, port)
        return _TellingTLSOptions(creator._createConnection, hostname.decode("ascii"))


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a bound on heads and on what is read of some bodies."""

    lazy = False

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        policy: Any = _TellingPolicy(self._contextFactory)  # (mypy does not see what zope.interface sees)
        self._contextFactory = policy
        crawler.signals.connect(_stop_after_the_beginning, signal=signals.bytes_received)


def _stop_after_the_beginning(data: bytes, request: Request, **_: Any) -> None:
    """Signal handler for Scrapy's bytes_received: what is beyond the beginning is not downloaded."""
    wanted = request.meta.get(BEGINNING)
    if not wanted:
        return
    # Read by now for the transfer, but yet to come for decompression: a small body can hold a large one.
    request.meta["download_maxsize"] = wanted * _INFLATED
    request.meta["medborgarsok_read"] = read = request.meta.get("medborgarsok_read", 0) + len(data)
    if read > wanted:
        raise StopDownload(fail=False)
