"""The addresses of an SMTP transaction in the form of the protocol (RFC 5321 section 4.1.2, RFC 6531, RFC 5891)."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.mail.address_writing import needs_smtputf8, written_address

NO_ADDRESS = "not an email address"


@dataclass(frozen=True, slots=True)
class Path:
    """An address as MAIL and RCPT take it. `needs_utf8`: only servers that offer SMTPUTF8 take it."""

    text: str
    needs_utf8: bool


def path_of(address: str) -> Path | None:
    """`address` with its domain in A-labels; None if it is no address, or more than one, and cannot be sent to."""
    text = written_address(address)
    return Path(text, needs_smtputf8(text)) if text else None


def ascii_address(address: str) -> str:
    """`address` with its domain in A-labels, as headers have it where they are not in UTF-8; unchanged if it has none."""
    path = path_of(address)
    return path.text if path else address
