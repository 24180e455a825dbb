"""Tells whether two deliveries are copies of one message (RUN-03).

A message to two addresses arrives twice, and relays may change each copy in transit: trace headers, transfer encodings,
MIME boundaries, line endings, trailing blanks. Message-ID is left out because some programs use one for many messages;
callers compare both.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC

from trackit_console.domain.addresses import address_key
from trackit_console.mail.message import Attachment, Message

# Mbox files escape such lines with a ">", and some programs never remove it.
_ESCAPED_FROM = re.compile(r"^>+(?=From )", re.MULTILINE)


def content_identity(message: Message) -> str:
    """SHA-256, in hex, of sender, subject, date, text and attachments.

    White space is ignored: once a relay has trimmed a format=flowed text, its paragraphs are no longer joined. Recipients
    are ignored because each copy may list its own.
    """
    content = [
        _words(message.sender.name),
        address_key(message.sender.address),
        _words(message.subject),
        message.date.astimezone(UTC).isoformat() if message.date else None,
        _words(_ESCAPED_FROM.sub("", message.text)),
        [(attachment.name, _digest(attachment)) for attachment in message.attachments],
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()


def _words(text: str) -> str:
    return " ".join(text.split())


def _digest(attachment: Attachment) -> str:
    """SHA-256 of the file. For text, line endings and trailing blanks are left out, which relays may change."""
    if not attachment.content_type.startswith(("text/", "message/")):
        return attachment.sha256
    lines = (line.rstrip() for line in attachment.content.splitlines())
    return hashlib.sha256(b"\n".join(lines).rstrip()).hexdigest()
