"""A parsed message as plain values, independent of MIME.

`mail.parser` makes these values from bytes. `Message.as_dict` is the JSON of `parse FILE`; it is public (docs/interface.md):
fields are added, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.mail.authentication_results import AuthenticationResults
from trackit_console.mail.parse_warning_sentences import warning_phrase
from trackit_console.mail.parse_warnings import ParseWarning


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox (RFC 5322 section 3.4): a display name, which may be empty, and an address in its original letter case."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "address": self.address}


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

    def as_dict(self) -> dict[str, object]:
        """All but the content."""
        return {
            "name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
            "content_id": self.content_id,
            "inline": self.inline,
        }


@dataclass(frozen=True, slots=True)
class Automatic:
    """Why a message counts as automatic (RFC 3834): no person wrote it, or a list passed it on.

    `sign` is the header that says so. `kind` is `reply`, `notification`, `list`, `bulk` or `bounce`.
    """

    sign: str
    kind: str

    def as_dict(self) -> dict[str, object]:
        return {"sign": self.sign, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a system says of a message of ours that did not arrive, or is late (MSG-09, RFC 3464).

    `recipients` are the mail addresses that were not reached; none if it names none. `status` is an enhanced status code
    (RFC 3463), `5.0.0` or `4.0.0` if the reason is not known. `of_message_id` is the id of the message that we sent,
    without angle brackets. `permanent` is False while the system goes on trying.
    """

    recipients: tuple[str, ...]
    status: str
    of_message_id: str | None
    permanent: bool

    def as_dict(self) -> dict[str, object]:
        return {
            "recipients": list(self.recipients),
            "status": self.status,
            "of_message_id": self.of_message_id,
            "permanent": self.permanent,
        }


@dataclass(frozen=True, slots=True)
class Message:
    """One message, decoded.

    `subject` is a single line of any length; the limit of MSG-01 is applied in `helpdesk`. `sender` comes from From, else
    Sender, else Reply-To, and is empty if none has an address. Message ids have no angle brackets. `text` is the whole
    body as text: `new_text` is what the sender wrote this time, `quoted_text` the history. If the sender added nothing to
    it, `new_text` is the whole body. `html` is the HTML part as received, not sanitised. `answers_withheld` is the header that
    forbids an automatic answer, such as `Precedence: bulk`; automatic mail always has one, mail that people write sometimes.
    `problems` says what was repaired or left out. `size` is that of the raw message, in bytes. `authentication` are its
    Authentication-Results headers, the topmost first.
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
    answers_withheld: str | None
    problems: tuple[ParseWarning, ...]
    size: int
    authentication: tuple[AuthenticationResults, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The JSON of `parse FILE`: strings, numbers, lists and dicts only.

        The date is ISO 8601 with its offset, attachments come without their content, problems are English sentences.
        """
        return {
            "subject": self.subject,
            "from": self.sender.as_dict(),
            "reply_to": [address.as_dict() for address in self.reply_to],
            "to": [address.as_dict() for address in self.to],
            "cc": [address.as_dict() for address in self.cc],
            "date": self.date.isoformat() if self.date else None,
            "message_id": self.message_id,
            "in_reply_to": list(self.in_reply_to),
            "references": list(self.references),
            "text": self.text,
            "new_text": self.new_text,
            "quoted_text": self.quoted_text,
            "html": self.html,
            "attachments": [attachment.as_dict() for attachment in self.attachments],
            "automatic": self.automatic.as_dict() if self.automatic else None,
            "bounce": self.bounce.as_dict() if self.bounce else None,
            "answers_withheld": self.answers_withheld,
            "problems": [str(warning_phrase(code)) for code in self.problems],
        }
