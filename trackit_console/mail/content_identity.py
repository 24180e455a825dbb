"""What makes two deliveries copies of one message (RUN-03)."""

from __future__ import annotations

import hashlib

from trackit_console.mail.message import Message


def content_identity(message: Message) -> str:
    """SHA-256 over From, Subject, Date, decoded text and attachments; trace headers and To aside."""
    files = sorted(f"{each.name}\0{each.sha256}" for each in message.attachments)
    date = message.date.isoformat() if message.date else ""
    text = "\n".join(line.rstrip() for line in message.text.splitlines()).strip()
    parts = (message.sender.address.casefold(), message.subject.strip(), date, text, *files)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
