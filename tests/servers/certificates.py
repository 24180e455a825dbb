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
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class ServerCertificate:
    """A certificate with its key, as one PEM file that servers read; OpenSSL shows a weak one only when it is told to."""

    file: Path
    weak: bool = False

    @property
    def context(self) -> ssl.SSLContext:
        """A server's context that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.weak:
            context.set_ciphers("ALL:@SECLEVEL=0")
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
        self._old_authority = OldAuthority()
        with self.ca_file.open("ab") as file:
            file.write(self._old_authority.pem)
        long_enough = rsa.generate_private_key(65537, 2048)
        self.small_key = self._outdated("small-key", rsa.generate_private_key(65537, 1024))
        self.sha1 = self._outdated("sha1", long_enough, sha1=True)
        self.for_clients = self._outdated("for-clients", long_enough, ExtendedKeyUsageOID.CLIENT_AUTH)

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
        return self._kept("self-signed", key, certificate.public_bytes(serialization.Encoding.DER))

    def _outdated(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        *,
        sha1: bool = False,
    ) -> ServerCertificate:
        return self._kept(name, key, self._old_authority.issue(key.public_key(), purpose, sha1=sha1), weak=True)

    def _kept(
        self, name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, der: bytes, *, weak: bool = False
    ) -> ServerCertificate:
        file = self._folder / f"{name}.pem"
        pem = serialization.Encoding.PEM
        as_pkcs8 = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(as_pkcs8 + ssl.DER_cert_to_PEM_cert(der).encode())
        return ServerCertificate(file, weak)


class OldAuthority:
    """Issues what no authority issues any more."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Old Authority")])
        ca = x509.BasicConstraints(ca=True, path_length=None)
        root = self._begun(self._name, self._key.public_key()).add_extension(ca, critical=True)
        self.pem = root.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue(self, key: rsa.RSAPublicKey, purpose: x509.ObjectIdentifier, *, sha1: bool) -> bytes:
        """A certificate for this computer, in DER."""
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        begun = self._begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), key)
        begun = begun.add_extension(names, critical=False).add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        made = begun.sign(self._key, hashes.SHA256())
        der = made.public_bytes(serialization.Encoding.DER)
        return self._signed_by_sha1(made, der) if sha1 else der

    def _begun(self, subject: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return x509.CertificateBuilder(
            self._name, subject, key, x509.random_serial_number(), now - dt.timedelta(days=1), now + dt.timedelta(days=30)
        )

    def _signed_by_sha1(self, made: x509.Certificate, der: bytes) -> bytes:
        """The library signs no certificate by SHA-1; the names of both ways to sign are of one length."""
        with_sha256, with_sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
        signed = made.tbs_certificate_bytes.replace(with_sha256, with_sha1)
        signature = self._key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
        return der.replace(made.signature, signature).replace(with_sha256, with_sha1)
