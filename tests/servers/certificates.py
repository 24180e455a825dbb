"""A certificate authority of the tests' own, and the certificates, good and bad, that servers show."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class ServerCertificate:
    """A certificate with its key, as one PEM file that servers read."""

    file: Path

    @property
    def context(self) -> ssl.SSLContext:
        """A server's context that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    @property
    def fingerprint(self) -> str:
        certificate = x509.load_pem_x509_certificate(self.file.read_bytes())
        return certificate.fingerprint(hashes.SHA256()).hex()


class Certificates:
    """Made in `folder`; `ca_file` is what an admin would choose as Certificate Authority File."""

    NAMES = ("localhost", "127.0.0.1")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.ca_file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        long_ago = dt.datetime(2020, 1, 1)
        self.good = self._issued("good", *self.NAMES)
        self.wrong_name = self._issued("wrong-name", "elsewhere.example")
        self.expired = self._issued("expired", *self.NAMES, not_after=long_ago, not_before=long_ago - dt.timedelta(days=90))
        far = dt.datetime.now() + dt.timedelta(days=3650)
        self.not_yet_valid = self._issued("not-yet-valid", *self.NAMES, not_before=far, not_after=far + dt.timedelta(days=90))
        self.self_signed = self._self_signed()

    def _issued(
        self, name: str, *names: str, not_before: dt.datetime | None = None, not_after: dt.datetime | None = None
    ) -> ServerCertificate:
        issued = self._authority.issue_cert(*names, not_before=not_before, not_after=not_after)
        file = self._folder / f"{name}.pem"
        issued.private_key_and_cert_chain_pem.write_to_path(str(file))
        return ServerCertificate(file)

    def _self_signed(self) -> ServerCertificate:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(days=30))
            .add_extension(names, critical=False)
            .sign(key, hashes.SHA256())
        )
        file = self._folder / "self-signed.pem"
        pem = serialization.Encoding.PEM
        as_pkcs8 = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(as_pkcs8 + certificate.public_bytes(pem))
        return ServerCertificate(file)
