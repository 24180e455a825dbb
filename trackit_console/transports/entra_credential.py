"""What an app registration signs in with: a client secret, or a certificate with its private key (IN-17)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from trackit_console.client_certificate import ClientCertificateProblem, read_client_certificate
from trackit_console.settings.oauth import OAuthFields
from trackit_console.transports.errors import ClientCertificateUnusable, CredentialMissing
from trackit_console.transports.server_access import ServerAccess


@dataclass(frozen=True, slots=True)
class Credential:
    """`for_msal` is what msal takes; `key` is a hash that tells credentials apart without revealing them."""

    key: str
    for_msal: Any = field(repr=False)


def credential_of(app: OAuthFields, access: ServerAccess) -> Credential:
    """The credential of `app`; reads its certificate file. Raises `CredentialMissing`, `ClientCertificateUnusable`."""
    if app.certificate_file:
        try:
            certificate = read_client_certificate(app.certificate_file, app.certificate_password)
        except ClientCertificateProblem as problem:
            raise ClientCertificateUnusable(str(problem), **access.facts) from None
        access.masking.add_secret(certificate.private_key_pem.get_secret_value())
        # Without a thumbprint msal signs with the SHA-256 of the certificate.
        pem = {"private_key": certificate.private_key_pem.get_secret_value(), "public_certificate": certificate.certificate_pem}
        return Credential(_hash(certificate.sha256), pem)
    if app.client_secret is None:
        raise CredentialMissing(**access.facts)
    secret = app.client_secret.get_secret_value()
    return Credential(_hash(secret), secret)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
