"""Changes the From address of mail that waited while the outgoing account was changed (OUT-06)."""

from __future__ import annotations

import re

from trackit_console.domain.addresses import address_key
from trackit_console.helpdesk.notifications.header_writing import address_header
from trackit_console.helpdesk.notifications.plain_text import one_line
from trackit_console.mail import parse
from trackit_console.mail.address_writing import written_address

_FROM = re.compile(rb"^From:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.MULTILINE | re.IGNORECASE)


def sent_from(content: bytes, address: str) -> bytes:
    """`content`, a mail with CRLF line ends, as one from `address`; the same bytes if it is that already.

    A server lets no account send in the name of another: it would refuse the mail for good.
    """
    end = content.find(b"\r\n\r\n") + 2
    sender, written = parse(content[:end] + b"\r\n").sender, written_address(address)
    if written is None or end < 2 or address_key(sender.address) == address_key(written):
        return content
    header = address_header("From", [(one_line(sender.name), written)]).encode()
    # By a function: in a replacement text, the backslashes of a quoted name would be read as groups.
    return _FROM.sub(lambda _: header, content[:end], count=1) + content[end:]
