"""Access tokens and client assertions: signed JWTs (RFC 7519, RFC 7523)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.microsoft.sign_in_errors import SignInRefused

ASSERTION_ALGORITHMS = ["RS256", "PS256"]
LONGEST_ASSERTION = timedelta(days=1)


@dataclass(frozen=True)
class Token:
    """What a valid token says."""

    audience: str
    tenant: str
    client_id: str
    roles: frozenset[str]
    expires: datetime


class TokenError(Exception):
    """A token that is not accepted; the text is Graph's."""


class TokenIssuer:
    """Issues tokens with one key and reads them again; `revoke_all` makes those issued so far count as expired."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._generation = 0

    def issue(
        self, issuer: str, audience: str, tenant: str, client_id: str, roles: list[str], lives: float, now: datetime
    ) -> str:
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": issuer,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(now.timestamp() + lives),
            "appid": client_id,
            "appidacr": "1",
            "idtyp": "app",
            "oid": str(uuid4()),
            "tid": tenant,
            "uti": str(uuid4()),
            "ver": "1.0",
            "generation": self._generation,
        }
        # A token without any permission has no roles claim at all.
        return jwt.encode(claims | ({"roles": roles} if roles else {}), self._key, "RS256")

    def revoke_all(self) -> None:
        self._generation += 1

    def read(self, text: str, audiences: set[str], now: datetime) -> Token:
        """Raises `TokenError` for a token that is foreign, for another resource, or over."""
        checks = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
        try:
            claims = jwt.decode(text, self._key.public_key(), ["RS256"], options=checks)  # type: ignore[arg-type]
        except jwt.InvalidSignatureError:
            raise TokenError("Access token validation failure. Invalid signature.") from None
        except jwt.PyJWTError:
            raise TokenError("CompactToken parsing failed with error code: 80049217") from None
        if claims["aud"] not in audiences:
            raise TokenError("Access token validation failure. Invalid audience.")
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        if expires <= now or claims["generation"] != self._generation:
            raise TokenError("Lifetime validation failed, the token is expired.")
        return Token(claims["aud"], claims["tid"], claims["appid"], frozenset(claims.get("roles", ())), expires)


def check_assertion(assertion: str, certificates: list[x509.Certificate], client_id: str, audience: str, now: datetime) -> None:
    """A client assertion, by the app's uploaded certificates; raises `SignInRefused`."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.PyJWTError:
        raise SignInRefused(700027, client_id=client_id, thumbprint="") from None
    thumbprint = str(header.get("x5t#S256") or header.get("x5t") or "")
    found = next((each for each in certificates if thumbprint in _thumbprints(each)), None)
    refused = SignInRefused(700027, client_id=client_id, thumbprint=thumbprint)
    if found is None or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise refused
    key = found.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    checks = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp", "jti", "sub", "iss"]}
    try:
        claims = jwt.decode(assertion, key, ASSERTION_ALGORITHMS, options=checks, audience=audience, issuer=client_id)  # type: ignore[arg-type]
    except jwt.PyJWTError:
        raise refused from None
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    if not now - timedelta(minutes=5) < expires < now + LONGEST_ASSERTION or claims["sub"] != client_id:
        raise SignInRefused(700024, now=now.isoformat(), expiry=expires.isoformat())


def _thumbprints(certificate: x509.Certificate) -> set[str]:
    digests = (certificate.fingerprint(hashes.SHA1()), certificate.fingerprint(hashes.SHA256()))
    return {base64.urlsafe_b64encode(digest).decode().rstrip("=") for digest in digests} | {
        base64.urlsafe_b64encode(digest).decode() for digest in digests
    }
