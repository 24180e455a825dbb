"""Parses the certificate that a server shows (RFC 5280). `certificate` is what it becomes."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from trackit_console.transports.certificate import Certificate


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
    # cryptography's InvalidVersion and UnsupportedAlgorithm are no ValueErrors.
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    # An extension twice, names of a kind that the library does not know, or malformed ones: the subject is left.
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return ""
    return ", ".join(str(each.value) for each in names)
