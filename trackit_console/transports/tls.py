"""TLS as this program wants it: 1.2 at least, certificates checked unless that is switched off for this one account (SEC-01).

The trusted authorities are the operating system's, and those of the account's own file. Which errors a handshake
becomes is decided here; when it happens, in `connection`.
"""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import truststore
from cryptography import x509

from trackit_console.transports.errors import (
    CaFileUnreadable,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateSelfSigned,
    CertificateUntrusted,
    CertificateWrongName,
    TlsFailed,
    TlsNotSpoken,
    TlsTooOld,
)
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class HasTlsSettings(Protocol):
    """The fields of an account that say how its server's certificate is checked."""

    @property
    def validate_server_certificate(self) -> bool: ...
    @property
    def ca_file(self) -> str | None: ...
    @property
    def pinned_certificate(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a person can compare: whose it is, who vouches for it, how long, and its SHA-256 fingerprint in hexadecimal."""

    subject: str
    issuer: str
    valid_from: datetime
    valid_to: datetime
    fingerprint: str
    self_signed: bool = False

    @property
    def described(self) -> Phrase:
        """One sentence for reports."""
        text = QT_TRANSLATE_NOOP(
            "transports", "It is for {subject}, from {issuer}, valid {begin} to {end}, fingerprint {fingerprint}."
        )
        begin, end = f"{self.valid_from:%Y-%m-%d}", f"{self.valid_to:%Y-%m-%d}"
        facts = {"subject": self.subject, "issuer": self.issuer, "begin": begin, "end": end, "fingerprint": self.fingerprint}
        return Phrase("transports", text, facts)


def context_for(account: HasTlsSettings) -> ssl.SSLContext:
    """The context for this account alone; raises `CaFileUnreadable`.

    A pinned certificate takes the place of the chain: `connection` compares it after the handshake.
    """
    if account.pinned_certificate or not account.validate_server_certificate:
        return unchecked_context()
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.ca_file:
        _load_authorities(context, Path(account.ca_file))
    return context


def unchecked_context() -> ssl.SSLContext:
    """A context that encrypts without asking with whom."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _load_authorities(context: ssl.SSLContext, file: Path) -> None:
    try:
        context.load_verify_locations(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        raise CaFileUnreadable(str(error), file=file) from error


def fingerprint(der: bytes) -> str:
    """The SHA-256 fingerprint of a certificate, in hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def read_certificate(der: bytes) -> Certificate | None:
    """What is in the certificate that a server showed; None when it is too odd to be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=_names(certificate) or certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            valid_from=certificate.not_valid_before_utc,
            valid_to=certificate.not_valid_after_utc,
            fingerprint=fingerprint(der),
            self_signed=certificate.subject == certificate.issuer,
        )
    except ValueError:
        return None


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return ", ".join(str(each.value) for each in names)


# OpenSSL's X509_V_ERR_* numbers, and the CERT_E_* numbers of Windows that truststore passes on.
_NOT_YET_VALID = {9}
_EXPIRED = {10, 0x800B0101}
_WRONG_NAME = {62, 64, 0x800B010F}

# Parts of OpenSSL's reasons for a handshake that failed before any certificate was looked at.
_NOT_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF")
_TOO_OLD = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "VERSION_TOO_LOW")


def tls_error(error: ssl.SSLError, shown: Certificate | None, **facts: Any) -> TlsFailed:
    """Our error for one of a handshake; `shown` is the certificate that was refused, where it could be had."""
    words = str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_class(error, shown)(words, **facts)
    reason = (error.reason or words).upper()
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or any(part in reason for part in _NOT_TLS):
        return TlsNotSpoken(words, **facts)
    if any(part in reason for part in _TOO_OLD):
        return TlsTooOld(words, **facts)
    return TlsFailed(words, **facts)


def _certificate_class(error: ssl.SSLCertVerificationError, shown: Certificate | None) -> type[TlsFailed]:
    number = (getattr(error, "verify_code", 0) or 0) & 0xFFFFFFFF
    now = datetime.now(UTC)
    # Windows has one number for both ends of the time that a certificate is valid.
    if number in _NOT_YET_VALID or (number in _EXPIRED and shown and now < shown.valid_from):
        return CertificateNotYetValid
    if number in _EXPIRED:
        return CertificateExpired
    if number in _WRONG_NAME:
        return CertificateWrongName
    return CertificateSelfSigned if shown and shown.self_signed else CertificateUntrusted
