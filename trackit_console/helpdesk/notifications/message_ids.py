"""The Message-IDs of the mail that the help desk sends (RFC 5322 section 3.6.4)."""

from __future__ import annotations

from hashlib import sha256

from trackit_console.mail.address_writing import ascii_domain

_UNKNOWN_DOMAIN = "localhost.invalid"


def message_id_for(unique_key: str, from_address: str) -> str:
    """The id, without angle brackets, of the mail with this key of the outbox; the domain is that of `from_address`.

    The same key gives the same id: a mail that is composed or sent twice counts once where servers and clients drop copies.
    The key may hold names and addresses, so only its hash is in the id.
    """
    domain = ascii_domain(from_address.strip().rpartition("@")[2]).strip("[]") or _UNKNOWN_DOMAIN
    return f"{sha256(unique_key.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}@{domain.lower()}"
