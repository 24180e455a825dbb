"""Authentication-Results headers (RFC 8601): what a mail server says of the sender, and whether that confirms From (MSG-06).

A header is only worth what the server is worth that wrote it, and a sender can write such headers himself. A receiving server
adds its own on top and removes those from outside that bear its name (RFC 8601 section 5); where it does not remove them, the
topmost of its name is still its own. So only that one counts, and a forged one below it never does (section 7.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trackit_console.domain.addresses import address_key
from trackit_console.mail.headers import Headers
from trackit_console.mail.limits import AUTHENTICATION_HEADERS_LIMIT, AUTHENTICATION_LENGTH_LIMIT, AUTHENTICATION_METHODS_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning

if TYPE_CHECKING:
    from trackit_console.mail.message import Message

EXCHANGE_ONLINE = "protection.outlook.com"
"""What an admin names instead of a server for Exchange Online, whose headers begin with the first result."""

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


def passes(message: Message, trusted_server: str) -> bool:
    """Whether `trusted_server` confirms that the message comes from the domain in From.

    It does by DMARC, by a DKIM signature of that domain, or by SPF for it; a subdomain of the other is the same organisation
    (relaxed alignment, RFC 7489 section 3.1). `EXCHANGE_ONLINE` stands for a header without a name, and only for the topmost.
    """
    header = _header_of(trusted_server.strip().rstrip(".").lower(), message.authentication)
    domain = _domain(message.sender.address)
    # An address from Reply-To was checked by nobody.
    if header is None or not domain or ParseWarning.SENDER_FROM_REPLY_TO in message.problems:
        return False
    return any(_confirms(each, header, domain) for each in header.results if each.result == "pass")


def _header_of(server: str, headers: tuple[AuthenticationResults, ...]) -> AuthenticationResults | None:
    if server == EXCHANGE_ONLINE:
        # It writes its header on top of those that came from outside, which it does not remove.
        return headers[0] if headers and not headers[0].server else None
    return next((each for each in headers if server and each.server == server), None)


def _confirms(found: MethodResult, header: AuthenticationResults, domain: str) -> bool:
    # Only DKIM has a result for each signature. A second one of another method is text that a sender smuggled in.
    if found.method != "dkim" and sum(each.method == found.method for each in header.results) > 1:
        return False
    if found.method == "dmarc":
        return not found.domain or _aligned(found.domain, domain)
    return found.method in ("dkim", "spf") and _aligned(found.domain, domain)


def _aligned(one: str, other: str) -> bool:
    """Equal, or one a subdomain of the other; a single label such as `com` is no organisation."""
    shorter, longer = sorted((one, other), key=len)
    return one == other != "" or ("." in shorter and longer.endswith(f".{shorter}"))


def _domain(address: str) -> str:
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
    (method, result), properties = pairs[0], dict(reversed(pairs[1:]))
    method = method.partition("/")[0]
    about = next((properties[name] for name in _DOMAIN_PROPERTIES.get(method, ()) if name in properties), "")
    return MethodResult(method, result.lower(), _domain(about) if about else "")


def _words(text: str) -> list[str]:
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
