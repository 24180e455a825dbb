"""TLS contexts and the mapping of TLS errors: TLS 1.2 or newer, certificates checked unless an account disables it (SEC-01).

Trusted authorities are those of the operating system and of the account's own file. `connection` and `handshake` perform
the handshake.
"""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import truststore
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from trackit_console.transports.certificate import WEAK_AUTHORITY, Certificate
from trackit_console.transports.errors import (
    CaFileUnreadable,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateSelfSigned,
    CertificateTooWeak,
    CertificateUntrusted,
    CertificateWrongName,
    CertificateWrongPurpose,
    ClientCertificateWanted,
    NoCommonCipher,
    TlsFailed,
    TlsNotSpoken,
    TlsTooOld,
    TransportError,
)


class HasTlsSettings(Protocol):
    """The fields of an account that control the check of its server's certificate."""

    @property
    def validate_server_certificate(self) -> bool: ...
    @property
    def ca_file(self) -> str | None: ...
    @property
    def pinned_certificate(self) -> str | None: ...


def context_for(account: HasTlsSettings) -> ssl.SSLContext:
    """The context for this account; raises `CaFileUnreadable`.

    A pinned certificate replaces the check of the chain: `connection` compares it after the handshake.
    """
    if account.pinned_certificate or not account.validate_server_certificate:
        return unchecked_context()
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.ca_file:
        _load_authorities(context, Path(account.ca_file))
    return context


def unchecked_context() -> ssl.SSLContext:
    """A context that encrypts but does not authenticate the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def any_certificate_context() -> ssl.SSLContext:
    """A context that accepts any certificate, however weak. It serves to inspect the certificate; nothing is sent over it."""
    context = unchecked_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _load_authorities(context: ssl.SSLContext, file: Path) -> None:
    try:
        context.load_verify_locations(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        raise CaFileUnreadable(str(error), file=str(file)) from error


def fingerprint(der: bytes) -> str:
    """The SHA-256 fingerprint of a certificate, in hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def read_certificate(der: bytes) -> Certificate | None:
    """Parses a server's certificate; None if it is malformed."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=_names(certificate) or certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            valid_from=certificate.not_valid_before_utc,
            valid_to=certificate.not_valid_after_utc,
            fingerprint=fingerprint(der),
            self_signed=certificate.subject == certificate.issuer,
            rsa_bits=key.key_size if isinstance(key := certificate.public_key(), RSAPublicKey) else 0,
            signature_hash=signed.name if (signed := certificate.signature_hash_algorithm) else "",
        )
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return ", ".join(str(each.value) for each in names)


# X509_V_ERR_* numbers of OpenSSL, and CERT_E_* numbers of Windows that truststore passes on.
_NOT_YET_VALID = {9}
_EXPIRED = {10, 0x800B0101}
_WRONG_NAME = {62, 64, 0x800B010F}
_WRONG_PURPOSE = {26, 0x800B0110}
_TOO_WEAK = {66, 67, 68}

# Parts of OpenSSL's reasons for a handshake that failed before a certificate was checked.
_WEAK_REASONS = ("KEY_TOO_SMALL", "MD_TOO_WEAK")
_REASONS: tuple[tuple[type[TlsFailed], tuple[str, ...]], ...] = (
    (ClientCertificateWanted, ("CERTIFICATE_REQUIRED",)),
    (TlsNotSpoken, ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")),
    (TlsTooOld, ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "VERSION_TOO_LOW")),
    (CertificateWrongName, ("UNRECOGNIZED_NAME",)),
    (NoCommonCipher, ("HANDSHAKE_FAILURE", "INSUFFICIENT_SECURITY", "NO_SHARED_CIPHER", "NO_CIPHERS_AVAILABLE")),
    (NoCommonCipher, ("WRONG_CIPHER_RETURNED", "DH_KEY_TOO_SMALL", "NO_SUITABLE")),
)


def concerns_certificate(error: ssl.SSLError) -> bool:
    """Whether the server's certificate was rejected."""
    return isinstance(error, ssl.SSLCertVerificationError) or _has(error, _WEAK_REASONS)


def tls_error(words: str, error: ssl.SSLError, shown: Certificate | None, *, agreed: bool, **facts: Any) -> TlsFailed:
    """Our error for a failed handshake, with `words` as detail.

    `shown` is the rejected certificate, if it could be fetched; `agreed` means that a cipher was already negotiated.
    """
    if _has(error, _REASONS[-1][1]):
        return NoCommonCipher(words, **facts)
    if concerns_certificate(error):
        return _certificate_error(words, error, shown, facts)
    kind = next((kind for kind, parts in _REASONS if _has(error, parts)), TlsFailed)
    # Up to TLS 1.2, handshake_failure means either no common cipher or no client certificate (RFC 5246 section 7.4.6).
    return (ClientCertificateWanted if kind is NoCommonCipher and agreed else kind)(words, **facts)


def late_tls_error(error: Exception) -> type[TransportError] | None:
    """The error for an alert after the handshake, when TLS 1.3 reports a missing client certificate (RFC 8446 4.4.2.4)."""
    # Some servers send bad_certificate instead of certificate_required.
    late = isinstance(error, ssl.SSLError) and (_has(error, _REASONS[0][1]) or _has(error, ("BAD_CERTIFICATE",)))
    return ClientCertificateWanted if late else None


def _has(error: ssl.SSLError, parts: tuple[str, ...]) -> bool:
    reason = (error.reason or str(error)).upper().replace(" ", "_")
    return any(part in reason for part in parts)


def _certificate_error(words: str, error: ssl.SSLError, shown: Certificate | None, facts: dict[str, Any]) -> TlsFailed:
    kind = _certificate_class(error, shown)
    if kind is CertificateTooWeak:
        facts = {**facts, "weakness": (shown and shown.weakness) or WEAK_AUTHORITY()}
    return kind(words, certificate=shown, **facts)


def _certificate_class(error: ssl.SSLError, shown: Certificate | None) -> type[TlsFailed]:
    # Windows error numbers are unsigned, but may be passed on as negative numbers.
    number = (getattr(error, "verify_code", 0) or 0) & 0xFFFFFFFF
    now = datetime.now(UTC)
    # Windows has one number for certificates that have expired and that are not valid yet.
    if number in _NOT_YET_VALID or (number in _EXPIRED and shown and now < shown.valid_from):
        return CertificateNotYetValid
    if number in _EXPIRED:
        return CertificateExpired
    if number in _WRONG_NAME:
        return CertificateWrongName
    if number in _WRONG_PURPOSE:
        return CertificateWrongPurpose
    if number in _TOO_WEAK or _has(error, _WEAK_REASONS) or (shown and shown.weakness):
        return CertificateTooWeak
    return CertificateSelfSigned if shown and shown.self_signed else CertificateUntrusted
