"""Our errors for a failed TLS handshake, by the numbers and reasons of OpenSSL and Windows."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Any

from trackit_console.transports.certificate import WEAK_AUTHORITY, Certificate
from trackit_console.transports.errors import (
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
    # Before the certificate: DH_KEY_TOO_SMALL has KEY_TOO_SMALL in it, which is said of certificates.
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
