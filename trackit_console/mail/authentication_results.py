"""Reads Authentication-Results headers (RFC 8601): what mail servers say of the sender (MSG-06).

What that is worth is decided in `authentication`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trackit_console.domain.addresses import address_key
from trackit_console.mail.headers import Headers
from trackit_console.mail.limits import AUTHENTICATION_HEADERS_LIMIT, AUTHENTICATION_LENGTH_LIMIT, AUTHENTICATION_METHODS_LIMIT

# Quoted strings stay whole: the local part of an envelope sender is the sender's own text, and may hold a semicolon.
_OUTSIDE = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.?|[();]|[^"\\();]+', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.?|[()]|[^\\()]+", re.DOTALL)
_AROUND_SIGN = re.compile(r"\s*([=/])\s*")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^\s"])+', re.DOTALL)
_QUOTES = re.compile(r'\\(.)|"', re.DOTALL)
_DOMAIN_PROPERTIES = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom",),
    "dmarc": ("header.from",),
}
"""Which property names the domain that a method is about; some servers give only the identity of a DKIM signature."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What a server says by one method: `dmarc`, `pass`, and the domain that it is about, empty where it names none."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One header: the name of the server that wrote it, in lower case and empty if there is none, and what it says."""

    server: str
    results: tuple[MethodResult, ...]


def read_authentication(headers: Headers) -> tuple[AuthenticationResults, ...]:
    """The headers in their order, the topmost first, at most `AUTHENTICATION_HEADERS_LIMIT`."""
    found = headers.values.get("authentication-results", ())[:AUTHENTICATION_HEADERS_LIMIT]
    return tuple(_read(value) for value in found)


def domain_of(address: str) -> str:
    """The domain of an address, in the form in which domains are compared."""
    return address_key(f"@{address.rpartition('@')[2]}")[1:]


def _read(value: str) -> AuthenticationResults:
    parts = _without_comments(" ".join(value[:AUTHENTICATION_LENGTH_LIMIT].split()))
    first, *others = (_words(part) for part in parts[: AUTHENTICATION_METHODS_LIMIT + 1])
    # Exchange Online names no server: its header begins with the first result.
    server = _unquoted(first.pop(0)).rstrip(".").lower() if first and "=" not in first[0] else ""
    if len(value) > AUTHENTICATION_LENGTH_LIMIT or len(parts) > AUTHENTICATION_METHODS_LIMIT + 1:
        return AuthenticationResults(server, ())
    results = (_result(words) for words in (first, *others))
    return AuthenticationResults(server, tuple(each for each in results if each is not None))


def _result(words: list[str]) -> MethodResult | None:
    """The result in `spf=pass smtp.mailfrom=example.com`; a version (`dkim/1=pass`) is left out. None for `none`."""
    pairs = [(name.lower(), _unquoted(value)) for name, sign, value in (word.partition("=") for word in words) if sign]
    if not pairs:
        return None
    # Reversed: of equal properties the first one counts.
    (method, result), properties = pairs[0], dict(reversed(pairs[1:]))
    method = method.partition("/")[0]
    about = next((properties[name] for name in _DOMAIN_PROPERTIES.get(method, ()) if name in properties), "")
    return MethodResult(method, result.lower(), domain_of(about) if about else "")


def _words(text: str) -> list[str]:
    # Not where anything is quoted: that is the sender's own text, blanks and signs included.
    return _WORD.findall(_AROUND_SIGN.sub(r"\1", text) if '"' not in text else text)


def _without_comments(value: str) -> list[str]:
    """`value` without its comments, which may be nested, split at each semicolon (RFC 5322 section 3.2.2).

    What follows a comment that is never closed belongs to it.
    """
    parts, depth, position = [""], 0, 0
    while found := (_IN_COMMENT if depth else _OUTSIDE).match(value, position):
        piece, position = found[0], found.end()
        if piece == "(" or (piece == ")" and depth):
            depth += 1 if piece == "(" else -1
            parts[-1] += " "
        elif depth == 0 and piece == ";":
            parts.append("")
        elif depth == 0:
            parts[-1] += piece
    return parts


def _unquoted(text: str) -> str:
    return _QUOTES.sub(r"\1", text)
