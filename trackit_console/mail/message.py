"""A parsed message as plain values, independent of MIME.

`mail.parser` makes these values from bytes. The field names are those of the command line's JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.mail.authentication import AuthenticationResults
from trackit_console.mail.parse_warnings import ParseWarning


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox (RFC 5322 section 3.4): a display name, which may be empty, and an address in its original letter case."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of the message that is a file.

    `name` is safe to show and never a path. `content_id` has no angle brackets. `inline` means that the HTML body
    shows the file. `sha256` is the hex digest of `content`.
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
    """Why a message counts as automatic (RFC 3834).

    `sign` is the header that says so. `kind` is `reply`, `notification`, `list`, `bulk` or `bounce`.
    """

    sign: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status notification (RFC 3464): the recipients that were not reached, and the id of the message sent to them."""

    recipients: tuple[str, ...]
    status: str
    of_message_id: str | None
    permanent: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message, decoded.

    `subject` is a single line of any length; the limit of MSG-01 is applied in `helpdesk`. `sender` comes from From, else
    Sender, else Reply-To, and is empty if none has an address. Message ids have no angle brackets. `text` is the whole
    body as text: `new_text` is what the sender wrote this time, `quoted_text` the history. `html` is the HTML part as
    received, not sanitised. `problems` says what was repaired or left out. `size` is that of the raw message, in bytes.
    `authentication` are its Authentication-Results headers, the topmost first.
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
    authentication: tuple[AuthenticationResults, ...] = ()
