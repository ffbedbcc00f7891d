"""Which certificates do the fault server's TLS sites show? Made for the test run, each wrong in its way."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)
_SITES = ("securewell", "expired", "wronghost", "selfsigned", "stranger")


class Certificates:
    """Keys and certificates in a folder. `authority`: the file that a client is to trust (SSL_CERT_FILE)."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(UTC)
        self.authority = folder / "authority.pem"
        self._files = {site: folder / f"{site}.pem" for site in _SITES}
        key, stranger_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("Testens utfärdare", key, until=now + _DAY)
        self.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        stranger = _certificate("Okänd utfärdare", stranger_key, until=now + _DAY)
        for site, file in self._files.items():
            own = ec.generate_private_key(ec.SECP256R1())
            name = "annan.fault.localhost" if site == "wronghost" else f"{site}.fault.localhost"
            issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = (root, key)
            if site == "selfsigned":
                issuer = None
            elif site == "stranger":
                issuer = (stranger, stranger_key)
            until = now - _DAY if site == "expired" else now + _DAY
            certificate = _certificate(name, own, until=until, issuer=issuer, host=name)
            file.write_bytes(
                own.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                + certificate.public_bytes(serialization.Encoding.PEM)
            )

    def context(self) -> ssl.SSLContext:
        """A server's context that shows the certificate of the site that is asked for."""
        contexts = {}
        for site, file in self._files.items():
            contexts[site] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexts[site].load_cert_chain(file)

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            chosen = contexts.get((name or "").split(".")[0])
            if chosen is not None:
                connection.context = chosen

        first = contexts[_SITES[0]]
        first.sni_callback = choose
        return first


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    until: datetime,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    host: str = "",
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer[1] if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 10 * _DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256())
