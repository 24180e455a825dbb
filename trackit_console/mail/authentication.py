"""Whether the server that an admin trusts confirms that a message comes from the domain in From (MSG-06, RFC 8601).

An Authentication-Results header is only worth what the server is worth that wrote it, and a sender can write such headers himself.
A receiving server adds its own on top and removes those from outside that bear its name (RFC 8601 section 5); where it does not
remove them, the topmost of its name is still its own. So only that one counts, and a forged one below it never does (section 7.1).
The headers are read in `authentication_results`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.mail.authentication_results import AuthenticationResults, MethodResult, domain_of
from trackit_console.mail.parse_warnings import ParseWarning

if TYPE_CHECKING:
    from trackit_console.mail.message import Message

EXCHANGE_ONLINE = "protection.outlook.com"
"""What an admin names instead of a server for Exchange Online, whose headers begin with the first result."""


def passes(message: Message, trusted_server: str) -> bool:
    """Whether `trusted_server` confirms that the message comes from the domain in From.

    It does by DMARC, by a DKIM signature of that domain, or by SPF for it; a subdomain of the other is the same organisation
    (relaxed alignment, RFC 7489 section 3.1). `EXCHANGE_ONLINE` stands for a header without a name, and only for the topmost.
    """
    header = _header_of(trusted_server.strip().rstrip(".").lower(), message.authentication)
    domain = domain_of(message.sender.address)
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
        # DMARC is about the domain in From by definition (RFC 7489), whether or not the result names it.
        return not found.domain or _aligned(found.domain, domain)
    return found.method in ("dkim", "spf") and _aligned(found.domain, domain)


def _aligned(one: str, other: str) -> bool:
    """Equal, or one a subdomain of the other; a single label such as `com` is no organisation."""
    shorter, longer = sorted((one, other), key=len)
    return one == other != "" or ("." in shorter and longer.endswith(f".{shorter}"))
