"""What a message is once it has been read: plain values, nothing of MIME left.

How bytes become these values is in `mail.parser`. The field names are those of the command line's JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.mail.parse_warnings import ParseWarning


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322 section 3.4: a display name, may be empty, and an address, as written."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of the message that is a file.

    `name` is safe to show and never a path; `content_id` is without angle brackets; `inline` says that the HTML
    body shows it; `sha256` is the hex digest of `content`.
    """

    name: str
    content_type: str
    content: bytes
    sha256: str
    content_id: str | None = None
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Automatic:
    """Signs that no person wrote this message (RFC 3834): the header that says so, and what kind of mail it is.

    `kind` is one of `reply`, `notification`, `list`, `bulk`, `bounce`.
    """

    sign: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status notification (RFC 3464): whom it did not reach, and which message it was about."""

    recipients: tuple[str, ...]
    status: str
    of_message_id: str | None
    permanent: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message, decoded.

    `subject` is one line, decoded, as long as it came (the limit of MSG-01 is a decision, not a property of mail).
    `sender` is From, else Sender, else an empty address. Message ids are without angle brackets. `text` is the whole
    body as text, `new_text` what the sender wrote now, `quoted_text` the history below it; `html` is the HTML part as
    it came, not sanitised. `problems` says what was repaired or left out while reading.
    """

    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    new_text: str
    quoted_text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    bounce: Bounce | None
    problems: tuple[ParseWarning, ...]
    size: int
