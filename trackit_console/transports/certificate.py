"""A server's certificate in the form that users compare. `certificate_reader` parses it, `tls` has it checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, coded_phrase

RSA_BITS = 2048
"""Minimum length of an RSA key in bits (NIST SP 800-57; security level 2 of OpenSSL)."""
WEAK_HASHES = ("md5", "sha1")

DESCRIBED = coded_phrase(
    "certificate_described",
    "transports",
    QT_TRANSLATE_NOOP("transports", "It is for {subject}, from {issuer}, valid {begin} to {end}, fingerprint {fingerprint}."),
)
WEAK_KEY = coded_phrase("weak_key", "transports", QT_TRANSLATE_NOOP("transports", "its key has only {bits} bits"))
WEAK_SIGNATURE = coded_phrase("weak_signature", "transports", QT_TRANSLATE_NOOP("transports", "it is signed with {hash}"))
WEAK_AUTHORITY = coded_phrase(
    "weak_authority", "transports", QT_TRANSLATE_NOOP("transports", "the certificate of its authority is too weak")
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The fields that a user can compare: subject, issuer, validity, and the SHA-256 fingerprint in hexadecimal.

    `rsa_bits` is the length of an RSA key (0 for other kinds of keys), `signature_hash` the name of the signed hash.
    """

    subject: str
    issuer: str
    valid_from: datetime
    valid_to: datetime
    fingerprint: str
    self_signed: bool = False
    rsa_bits: int = 0
    signature_hash: str = ""

    @property
    def described(self) -> Phrase:
        """One sentence for reports."""
        return DESCRIBED(
            subject=self.subject,
            issuer=self.issuer,
            begin=f"{self.valid_from:%Y-%m-%d}",
            end=f"{self.valid_to:%Y-%m-%d}",
            fingerprint=self.fingerprint,
        )

    @property
    def weakness(self) -> Phrase | None:
        """The reason not to trust it, None if key and signature are strong."""
        if 0 < self.rsa_bits < RSA_BITS:
            return WEAK_KEY(bits=self.rsa_bits)
        if self.signature_hash in WEAK_HASHES:
            return WEAK_SIGNATURE(hash=self.signature_hash.upper())
        return None
