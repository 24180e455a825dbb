"""Builds the raw bytes of sample messages: well-formed ones with `email.message`, malformed and legacy ones line by line.

The same spec always gives the same bytes: boundaries are numbered, not random.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from trackit_console.demo.sample_people import SUPPORT

DOMAIN = "mail.demo.example"
PLAIN_TEXT = 'Content-Type: text/plain; charset="{}"'
"""The header of plain text in a character set."""
BASE64 = "Content-Transfer-Encoding: base64"


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """What all samples have: a name, which is part of the Message-ID, the value of From, a subject, and the date sent."""

    name: str
    sender: str
    subject: str
    at: datetime
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        """The Message-ID, in angle brackets."""
        return f"<{self.name}@{DOMAIN}>"


def plain(spec: MessageSpec, text: str) -> EmailMessage:
    """A plain text message, to which parts can be added."""
    message = EmailMessage(policy=SMTP)
    message["From"] = spec.sender
    message["To"] = SUPPORT
    message["Subject"] = spec.subject
    message["Date"] = format_datetime(spec.at)
    message["Message-ID"] = spec.message_id
    for name, value in spec.headers.items():
        message[name] = value
    message.set_content(text)
    return message


def bytes_of(message: EmailMessage) -> bytes:
    """The raw message, with the same boundaries each time."""
    multiparts = [part for part in message.walk() if part.get_content_maintype() == "multipart"]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=-demo-{number}")
    return message.as_bytes()


def by_hand(spec: MessageSpec, charset: str, body: bytes, *more: str) -> bytes:
    """A raw message. The subject is encoded in `charset`, `body` is used unchanged, and `more` are further header lines."""
    subject = Header(spec.subject, charset, maxlinelen=70).encode(linesep="\r\n")
    head = [
        f"From: {spec.sender}",
        f"To: {SUPPORT}",
        f"Subject: {subject}",
        f"Date: {format_datetime(spec.at)}",
        f"Message-ID: {spec.message_id}",
        "MIME-Version: 1.0",
        *more,
    ]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body


def lines(*each: str) -> str:
    """The lines as one text, with CRLF line endings."""
    return "\r\n".join(each) + "\r\n"
