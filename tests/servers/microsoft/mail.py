"""One message in a mailbox: the bytes that came, and what Exchange derives from them. Graph and EWS both show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tests.servers.microsoft.ids import EntryId

if TYPE_CHECKING:
    from tests.servers.microsoft.mailbox import Folder, Mailbox


UNUSUAL = re.compile(rb"text/calendar|multipart/report|auto-submitted", re.IGNORECASE)


@dataclass(eq=False)
class Message:
    """`key` stays for the message's life, `place` changes with each move."""

    raw: bytes
    key: int
    place: int
    folder: Folder
    received: datetime
    read: bool = False
    draft: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    version: int = 1
    categories: list[str] = field(default_factory=list)
    flag: str = "notFlagged"
    mime_error: int | None = None
    """The status with which its MIME content is refused each time: a message that the server cannot convert."""
    item_error: str | None = None
    """The code with which EWS refuses to look at it each time: a message that is damaged."""

    def replace(self, raw: bytes) -> None:
        """Other content, as drafts get it."""
        self.raw = raw
        for derived in ("parsed", "headers", "message_class"):
            self.__dict__.pop(derived, None)

    @property
    def mailbox(self) -> Mailbox:
        return self.folder.mailbox

    @property
    def entry_id(self) -> EntryId:
        return EntryId(self.mailbox.guid, "item", self.place, self.folder.number)

    @property
    def immutable_entry_id(self) -> EntryId:
        return EntryId(self.mailbox.guid, "immutable", self.key)

    @property
    def id(self) -> str:
        """The regular REST id, which a move changes."""
        return self.entry_id.rest

    @property
    def immutable_id(self) -> str:
        return self.immutable_entry_id.rest

    @property
    def sort_key(self) -> tuple[datetime, int]:
        return self.received, self.place

    @cached_property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @cached_property
    def headers(self) -> EmailMessage:
        """The header fields alone, of which lists ask far more often than of bodies."""
        return BytesHeaderParser(policy=policy.default).parsebytes(self.raw.partition(b"\n\r\n")[0].partition(b"\n\n")[0])

    def header(self, name: str) -> str:
        """A header's text; "" where it is missing or too broken to be read."""
        try:
            return str(self.headers.get(name, ""))
        except Exception:  # the standard library raises many kinds on broken headers
            return ""

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Name and address of each one in a header."""
        return [pair for pair in getaddresses([self.header(name)]) if pair[1]] if self.header(name) else []

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sent(self) -> datetime:
        try:
            sent = parsedate_to_datetime(self.header("Date"))
        except ValueError:
            return self.received
        return sent if sent.tzinfo else sent.replace(tzinfo=UTC)

    @cached_property
    def message_class(self) -> str:
        """MAPI's message class: reports, meetings and automatic replies are told apart by it."""
        if not UNUSUAL.search(self.raw):  # thousands are listed faster when they are not parsed
            return "IPM.Note"
        content_type = self.parsed.get_content_type()
        report = str(self.parsed.get_param("report-type", "")).lower()
        if content_type == "multipart/report":
            return {"delivery-status": "REPORT.IPM.Note.NDR"}.get(report, "REPORT.IPM.Note.IPNRN")
        if method := self._calendar_method:
            replies = {"REPLY": "Resp.Pos", "CANCEL": "Canceled"}
            return f"IPM.Schedule.Meeting.{replies.get(method, 'Request')}"
        if self.header("Auto-Submitted").lower().startswith("auto-replied"):
            return "IPM.Note.Rules.OofTemplate.Microsoft"
        return "IPM.Note"

    @property
    def _calendar_method(self) -> str:
        calendars = (part for part in self.parsed.walk() if part.get_content_type() == "text/calendar")
        return next((str(part.get_param("method", "")).upper() for part in calendars), "")

    @property
    def body(self) -> tuple[str, str]:
        """Its kind (`html` or `text`) and content."""
        try:
            part = self.parsed.get_body(("html", "plain"))
            content = str(part.get_content()) if part else ""
        except Exception:  # an unknown character set, a broken structure
            return "text", ""
        return ("html" if part and part.get_content_subtype() == "html" else "text"), content

    @property
    def has_attachments(self) -> bool:
        return any(part.get_content_disposition() == "attachment" for part in self.parsed.walk())
