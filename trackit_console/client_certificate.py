"""Reads the certificate that an app registration signs in with instead of a client secret (IN-17).

The file holds the certificate and its private key: PKCS #12 (.pfx, .p12; RFC 7292) or PEM (RFC 7468). The console shows what is in
it, the transports sign in with it. Certificates of servers are not read here but in `transports.certificate_reader`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from trackit_console.traceback_locals import forgetting_locals
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

MOST_BYTES = 1_000_000
"""No certificate file comes near; a file above it was chosen by mistake and is not read whole."""
_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
# \x80 is the length of BER that is not told beforehand (X.690 section 8.1.3.6): RFC 7292 does not ask for DER.
_PFX = re.compile(rb"0(?:[\x00-\x80]|[\x81-\x84].{1,4})\x02\x01\x03", re.DOTALL)
"""A PKCS #12 file: a sequence, its length, and as its first element the integer 3 (RFC 7292 section 4)."""


class ClientCertificateProblem(Problem):
    """The file cannot be used to sign in. `field` is the setting that must be corrected."""

    context = "client_certificate"
    field: ClassVar[str] = "certificate_file"


class CertificateFileUnreadable(ClientCertificateProblem):
    """There is no such file, or this account may not read it. The detail is the system's text."""

    code = "certificate_file_unreadable"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "The certificate file {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP(
        "client_certificate",
        "Check that the file exists on every computer that runs the monitor, and that the monitor's account may read it.",
    )


class NotACertificateFile(ClientCertificateProblem):
    """The file is neither PKCS #12 nor PEM."""

    code = "not_a_certificate_file"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "{file} is not a certificate file.")
    remedy = QT_TRANSLATE_NOOP(
        "client_certificate", "Choose the .pfx, .p12 or .pem file that holds the certificate and its private key."
    )


class NoPrivateKey(ClientCertificateProblem):
    """The file holds the public certificate alone, as it is uploaded to Microsoft Entra."""

    code = "no_private_key"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "{file} holds a certificate without its private key.")
    remedy = QT_TRANSLATE_NOOP(
        "client_certificate",
        "Signing in needs the private key. Export the certificate again with its private key, as a .pfx file. "
        "The .cer file is only for the upload to Microsoft Entra.",
    )


class NoCertificate(ClientCertificateProblem):
    """The file holds a private key, but no certificate that belongs to it."""

    code = "no_certificate"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "{file} holds no certificate that fits its private key.")
    remedy = QT_TRANSLATE_NOOP("client_certificate", "Choose a file that holds both, the certificate and its private key.")


class KeyNotSupported(ClientCertificateProblem):
    """Microsoft Entra accepts RSA keys only (learn.microsoft.com: certificate credentials)."""

    code = "key_not_supported"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "The key of {file} is not an RSA key.")
    remedy = QT_TRANSLATE_NOOP(
        "client_certificate", "Microsoft Entra accepts RSA keys only. Create a certificate with an RSA key of at least 2048 bits."
    )


class CertificatePasswordNeeded(ClientCertificateProblem):
    """The file is protected by a password, and none was given."""

    code = "certificate_password_needed"
    field = "certificate_password"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "{file} is protected by a password.")
    remedy = QT_TRANSLATE_NOOP("client_certificate", "Enter the password that was set when the certificate was exported.")


class CertificatePasswordWrong(ClientCertificateProblem):
    """The password does not open the file."""

    code = "certificate_password_wrong"
    field = "certificate_password"
    sentence = QT_TRANSLATE_NOOP("client_certificate", "The password does not open {file}.")
    remedy = QT_TRANSLATE_NOOP("client_certificate", "Enter the password that was set when the certificate was exported.")


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate with its private key.

    The PEM texts are those that msal takes as `private_key` and `public_certificate`. `sha1` and `sha256` are thumbprints in upper-case
    hexadecimal, as Microsoft Entra shows them. The moments are aware, in UTC.
    """

    private_key_pem: SecretStr
    certificate_pem: str
    sha1: str
    sha256: str
    subject: str
    valid_from: datetime
    valid_to: datetime


@forgetting_locals()
def read_client_certificate(path: str | Path, password: SecretStr | None = None) -> ClientCertificate:
    """The certificate and key in the file at `path`; raises `ClientCertificateProblem`.

    Opening a PKCS #12 file takes up to a second of key derivation: not for the UI thread. A password that the file does not need is
    ignored. Whether the certificate has expired is left to the caller.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)  # one byte more shows that the file is longer
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise CertificateFileUnreadable(str(error), file=file.name) from None
    typed = password.get_secret_value().encode() if password else None
    blocks = [(found[1].decode(), found[0]) for found in _PEM_BLOCK.finditer(data)]
    if len(data) <= MOST_BYTES and blocks:
        key, certificates = _from_pem(blocks, typed, file.name)
    elif len(data) <= MOST_BYTES and _PFX.match(data):
        key, certificates = _from_pfx(data, typed, file.name)
    else:
        raise _without_key(data)(file=file.name)
    return _client_certificate(key, certificates, file.name)


def _without_key(data: bytes) -> type[ClientCertificateProblem]:
    """What a file is that is neither PEM nor PKCS #12: a certificate in DER, as Windows exports it, or something else."""
    from cryptography import x509

    try:
        x509.load_der_x509_certificate(data)
    except ValueError:
        return NotACertificateFile
    return NoPrivateKey


def _from_pem(
    blocks: Sequence[tuple[str, bytes]], password: bytes | None, name: str
) -> tuple[PrivateKeyTypes, Sequence[x509.Certificate]]:
    from cryptography import x509

    keys = [block for kind, block in blocks if kind.endswith("PRIVATE KEY")]
    try:
        certificates = [x509.load_pem_x509_certificate(block) for kind, block in blocks if kind == "CERTIFICATE"]
    except ValueError:
        raise NotACertificateFile(file=name) from None
    if not keys:
        raise NoPrivateKey(file=name) if certificates else NotACertificateFile(file=name)
    return _pem_key(keys[0], password, name), certificates


def _pem_key(block: bytes, password: bytes | None, name: str) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # RFC 1421 section 4.6.1.1 for keys of OpenSSL's own form, RFC 5958 for the others.
    sealed = b"ENCRYPTED" in block
    if sealed and not password:
        raise CertificatePasswordNeeded(file=name)
    try:
        # cryptography raises a TypeError for a password that the key does not need.
        return load_pem_private_key(block, password if sealed else None)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise (CertificatePasswordWrong if sealed else NotACertificateFile)(type(error).__name__, file=name) from None


def _from_pfx(data: bytes, password: bytes | None, name: str) -> tuple[PrivateKeyTypes, Sequence[x509.Certificate]]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    # Exported without a password, a file is sealed with none or with the empty one, depending on the program.
    for tried in dict.fromkeys((password, None, b"")):
        try:
            key, certificate, others = load_key_and_certificates(data, tried)
        except (ValueError, UnsupportedAlgorithm):
            continue
        if key is None:
            raise NoPrivateKey(file=name)
        return key, [*([certificate] if certificate else []), *others]
    raise (CertificatePasswordWrong if password else CertificatePasswordNeeded)(file=name)


def _client_certificate(key: PrivateKeyTypes, certificates: Sequence[x509.Certificate], name: str) -> ClientCertificate:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if not isinstance(key, RSAPrivateKey):
        raise KeyNotSupported(file=name)
    # A file may hold the chain as well, in any order; only one certificate is that of the key.
    own = next((each for each in certificates if each.public_key() == key.public_key()), None)
    if own is None:
        raise NoCertificate(file=name)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    return ClientCertificate(
        private_key_pem=SecretStr(private),
        certificate_pem=own.public_bytes(pem).decode(),
        sha1=own.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - an identifier that Entra shows, not a protection
        sha256=own.fingerprint(hashes.SHA256()).hex().upper(),
        subject=own.subject.rfc4514_string(),
        valid_from=own.not_valid_before_utc,
        valid_to=own.not_valid_after_utc,
    )
