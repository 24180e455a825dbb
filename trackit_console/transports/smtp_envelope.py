"""The addresses of an SMTP transaction in the form of the protocol (RFC 5321 section 4.1.2, RFC 6531, RFC 5891)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NO_ADDRESS = "not an email address"
# Neither line ends nor angle brackets: an address must not inject a command.
_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")  # RFC 3490 section 3.1
_LABEL_OCTETS = 63


@dataclass(frozen=True, slots=True)
class Path:
    """An address as MAIL and RCPT take it. `needs_utf8`: only servers that offer SMTPUTF8 take it."""

    text: str
    needs_utf8: bool


def path_of(address: str) -> Path | None:
    """`address` with its domain in A-labels; None if it is no address that can be sent to."""
    local, _, domain = address.rpartition("@")
    ascii_name = ascii_domain(domain)
    if not _ADDRESS.fullmatch(address) or ascii_name is None:
        return None
    return Path(f"{local}@{ascii_name}", not local.isascii())


def ascii_address(address: str) -> str:
    """`address` with its domain in A-labels, as headers have it where they are not in UTF-8; unchanged if it has none."""
    path = path_of(address)
    return path.text if path else address


def ascii_domain(domain: str) -> str | None:
    """`domain` in A-labels, None if a label is empty or too long. An address literal (`[192.0.2.1]`) stays as it is.

    Not by the codec of the standard library: that is IDNA 2003, which sends mail for straße.example to strasse.example.
    """
    if domain.isascii():
        return domain
    labels = [_a_label(each) for each in _DOTS.split(domain)]
    return ".".join(labels) if all(0 < len(each) <= _LABEL_OCTETS for each in labels) else None


def _a_label(label: str) -> str:
    if label.isascii():
        return label
    lowered = unicodedata.normalize("NFKC", label.lower())
    return lowered if lowered.isascii() else "xn--" + lowered.encode("punycode").decode("ascii")
