"""What a message looks like on the wire, by what the server takes (RFC 5321, RFC 6152, RFC 6532)."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

SEVEN_BIT = SMTP.clone(cte_type="7bit", max_line_length=76)
"""76 is the limit of encoded lines (RFC 2045 section 6.7, RFC 2047 section 2). By 78, the usual value, the standard library
makes encoded lines that are two characters too long."""
_AS_GIVEN = SEVEN_BIT.clone(refold_source="none")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def wire_form(message: EmailMessage | bytes, *, utf8: bool, eight_bit_taken: bool, utf8_taken: bool) -> bytes | None:
    """The bytes to send; None if the message has UTF-8 in its headers and the server does not take that.

    A message that is not bytes yet becomes one of 7 bits; its headers are in UTF-8 if an address is (`utf8`). Bytes keep
    their 8-bit content if the server takes it. A line never ends in a bare CR or LF: servers disagree about those, which
    lets a part of one message pass for another (SMTP smuggling, CVE-2023-51764).
    """
    if not isinstance(message, bytes):
        return message.as_bytes(policy=SEVEN_BIT.clone(utf8=utf8))
    raw = _LINE_END.sub(b"\r\n", message)
    if not raw.partition(b"\r\n\r\n")[0].isascii() and not utf8_taken:
        return None
    return raw if raw.isascii() or eight_bit_taken else _seven_bit(raw)


def _seven_bit(raw: bytes) -> bytes:
    """RFC 6152 section 3: what a server does not take in 8 bits must be encoded."""
    return message_from_bytes(raw, policy=_AS_GIVEN).as_bytes()
