"""Writes addresses as they stand in headers and in the SMTP envelope (RFC 5321 section 4.1.2, RFC 5891, RFC 6531).

The opposite, reading them leniently, is `addresses`. What is written here cannot end a header, an address or a command.
"""

from __future__ import annotations

import re

from trackit_console.mail.limits import ADDRESS_LENGTH_LIMIT

_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\x80-\U0010ffff]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_MISPLACED_DOTS = re.compile(rf"(?:{_ATOM}|\.)+")
_QUOTED = re.compile(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"')
_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*")
_OTHERS_IN_2003 = "ßẞς"
"""Letters that IDNA 2003 replaces: the name would be that of another domain (UTS 46 section 7)."""
_LITERAL = re.compile(r"\[[A-Za-z0-9.:-]+\]")


def written_address(address: str) -> str | None:
    """`address` with its domain in ASCII, or None if no mail can be addressed to it.

    A local part beyond ASCII is kept: only a server with SMTPUTF8 takes it (see `needs_smtputf8`).
    """
    local, _, domain = address.strip().rpartition("@")
    written = f"{_local_part(local)}@{ascii_domain(domain)}"
    return written if len(written) <= ADDRESS_LENGTH_LIMIT and written[0] != "@" and written[-1] != "@" else None


def needs_smtputf8(written: str) -> bool:
    """Whether an address that `written_address` gave can only be sent to by SMTPUTF8 (RFC 6531)."""
    return not written.isascii()


def ascii_domain(domain: str) -> str:
    """`domain` as DNS has it (`xn--bcher-kva.example`), empty if it is none."""
    if _LITERAL.fullmatch(domain) or _DOMAIN.fullmatch(domain):
        return domain
    if domain.isascii() or not domain.isprintable() or " " in domain:
        return ""
    encoded = _a_labels(domain)
    return encoded if _DOMAIN.fullmatch(encoded) else ""


def _local_part(local: str) -> str:
    # What looks like an encoded word would be decoded, and then be another address (RFC 2047 section 5).
    if "=?" in local:
        return ""
    if _QUOTED.fullmatch(local):
        return local
    if not local.isprintable():
        return ""
    if _DOT_ATOM.fullmatch(local):
        return local
    # Some providers gave such addresses away: `ada.@example.com` is valid only in quotes (RFC 5322 section 3.4.1).
    return f'"{local}"' if local.isascii() and _MISPLACED_DOTS.fullmatch(local) else ""


def _a_labels(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        pass
    if any(letter in domain for letter in _OTHERS_IN_2003):
        return ""
    try:
        # Registries of some countries still have names of IDNA 2003, such as those with symbols.
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
