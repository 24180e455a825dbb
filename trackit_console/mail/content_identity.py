"""Which messages are copies of one another, however they were delivered (RUN-03).

One mail to two addresses arrives twice, and what relays may change on the way differs: trace headers, transfer
encodings, MIME boundaries, line ends, blanks at the ends of lines. Message-ID is not looked at here: programs that use
one for many mails exist, so whoever looks for copies compares both.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC

from trackit_console.mail.message import Attachment, Message

# Programs that keep mail in mbox files write a ">" before such lines, and some never take it away again.
_ESCAPED_FROM = re.compile(r"^>+(?=From )", re.MULTILINE)


def content_identity(message: Message) -> str:
    """The SHA-256, in hex, of what a person would say the message is: sender, subject, date, words and files.

    Letters count, white space does not: format=flowed text loses its line breaks or keeps them, depending on whether
    a relay trimmed it. Recipients do not count, since each copy may name its own.
    """
    content = [
        _words(message.sender.name),
        message.sender.address.casefold(),
        _words(message.subject),
        message.date.astimezone(UTC).isoformat() if message.date else None,
        _words(_ESCAPED_FROM.sub("", message.text)),
        [(attachment.name, _digest(attachment)) for attachment in message.attachments],
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()


def _words(text: str) -> str:
    return " ".join(text.split())


def _digest(attachment: Attachment) -> str:
    """That of the file; of a text without what a relay may do to its lines."""
    if not attachment.content_type.startswith(("text/", "message/")):
        return attachment.sha256
    lines = (line.rstrip() for line in attachment.content.splitlines())
    return hashlib.sha256(b"\n".join(lines).rstrip()).hexdigest()
