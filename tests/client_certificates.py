"""Certificates of app registrations, as the programs of admins export them."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
PASSWORD = "a dozen geese – grün"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class AppCertificate:
    """A self-signed certificate with its key, valid for 90 days from yesterday unless `valid_to` is given."""

    def __init__(self, key: Key | None = None, valid_to: dt.datetime | None = None) -> None:
        self.key = key or rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Track-It! mail")])
        valid_to = valid_to or (dt.datetime.now(dt.UTC) + dt.timedelta(days=90)).replace(microsecond=0)
        begin = valid_to - dt.timedelta(days=91)
        self.certificate = x509.CertificateBuilder(
            name, name, self.key.public_key(), x509.random_serial_number(), begin, valid_to
        ).sign(self.key, hashes.SHA256())

    @property
    def cer(self) -> bytes:
        """The public certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def public_pem(self) -> bytes:
        return self.certificate.public_bytes(PEM)

    def key_pem(self, password: str = "", form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8) -> bytes:
        return self.key.private_bytes(PEM, form, _encryption(password))

    def pem(self, password: str = "") -> bytes:
        return self.key_pem(password) + self.public_pem

    def pfx(self, password: str = "") -> bytes:
        return pkcs12.serialize_key_and_certificates(b"mail", self.key, self.certificate, None, _encryption(password))


def _encryption(password: str) -> serialization.KeySerializationEncryption:
    return serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
