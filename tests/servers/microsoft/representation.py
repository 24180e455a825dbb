"""Messages and folders as Graph shows them (resources/message.md, resources/mailfolder.md), and what they can be filtered by."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.servers.microsoft.errors import bad_request
from tests.servers.microsoft.ids import EntryId
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder
from tests.servers.microsoft.odata import Property

FOLDER_PROPERTIES: dict[str, Callable[[Folder], Any]] = {
    "id": lambda folder: folder.id,
    "displayName": lambda folder: folder.name,
    "parentFolderId": lambda folder: folder.parent.id if folder.parent else "",
    "childFolderCount": lambda folder: sum(not child.hidden for child in folder.children),
    "unreadItemCount": lambda folder: folder.unread,
    "totalItemCount": lambda folder: len(folder.ordered),
    "sizeInBytes": lambda folder: sum(len(message.raw) for message in folder.ordered),
    "isHidden": lambda folder: folder.hidden,
}
FOLDER_FILTERS = {
    "displayName": Property("Edm.String", lambda folder: folder.name),
    "id": Property("Edm.String", lambda folder: folder.id),
    "isHidden": Property("Edm.Boolean", lambda folder: folder.hidden),
    "totalItemCount": Property("Edm.Int32", lambda folder: len(folder.ordered)),
    "unreadItemCount": Property("Edm.Int32", lambda folder: folder.unread),
    "childFolderCount": Property("Edm.Int32", lambda folder: len(folder.children)),
}


def shown_folder(folder: Folder, selected: list[str] | None) -> dict[str, Any]:
    names = FOLDER_PROPERTIES if selected is None else ["id", *selected]
    return {name: FOLDER_PROPERTIES[name](folder) for name in names}


def shown_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _recipient(pair: tuple[str, str]) -> dict[str, Any]:
    return {"emailAddress": {"name": pair[0] or pair[1], "address": pair[1]}}


def _recipients(header: str) -> Callable[[Message], list[dict[str, Any]]]:
    return lambda message: [_recipient(pair) for pair in message.addresses(header)]


def _first(*headers: str) -> Callable[[Message], dict[str, Any] | None]:
    def read(message: Message) -> dict[str, Any] | None:
        pairs = [pair for header in headers for pair in message.addresses(header)]
        return _recipient(pairs[0]) if pairs else None

    return read


def _text(message: Message) -> str:
    kind, content = message.body
    return html.unescape(re.sub(r"<[^>]*>", "", content)) if kind == "html" else content


def shown_body(message: Message, wanted: str) -> dict[str, str]:
    """The body as HTML, or as text where the Prefer header asks for it; Exchange converts either into the other."""
    kind, content = message.body
    if wanted == "text":
        return {"contentType": "text", "content": _text(message)}
    shown = content if kind == "html" else f"<html><body><div>{html.escape(content)}</div></body></html>"
    return {"contentType": "html", "content": shown}


def _headers(message: Message) -> list[dict[str, str]]:
    """In the order in which they stand; values unfolded."""
    head = message.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    lines = re.sub(r"\n[ \t]+", " ", head).split("\n")
    return [{"name": name, "value": value.strip()} for name, mark, value in (line.partition(":") for line in lines) if mark]


def change_key(message: Message) -> str:
    return base64.b64encode(
        b"\x17\x00\x00\x00\x16" + message.key.to_bytes(8, "big") + message.version.to_bytes(4, "big")
    ).decode()


def _conversation(message: Message) -> str:
    topic = re.sub(r"(?i)^((re|fw|fwd|aw|wg):\s*)+", "", message.subject)
    return base64.urlsafe_b64encode(f"{message.mailbox.guid}{topic}".encode())[:64].decode()


MESSAGE_PROPERTIES: dict[str, Callable[[Message], Any]] = {
    "createdDateTime": lambda message: shown_time(message.created),
    "lastModifiedDateTime": lambda message: shown_time(message.modified),
    "changeKey": change_key,
    "categories": lambda message: message.categories,
    "receivedDateTime": lambda message: shown_time(message.received),
    "sentDateTime": lambda message: shown_time(message.sent),
    "hasAttachments": lambda message: message.has_attachments,
    "internetMessageId": lambda message: message.header("Message-ID"),
    "subject": lambda message: message.subject,
    "bodyPreview": lambda message: _text(message)[:255],
    "importance": lambda message: message.header("Importance").lower() or "normal",
    "parentFolderId": lambda message: message.folder.id,
    "conversationId": _conversation,
    "conversationIndex": lambda message: base64.b64encode(message.key.to_bytes(22, "big")).decode(),
    "isDeliveryReceiptRequested": lambda message: bool(message.header("Return-Receipt-To")),
    "isReadReceiptRequested": lambda message: bool(message.header("Disposition-Notification-To")),
    "isRead": lambda message: message.read,
    "isDraft": lambda message: message.draft,
    "webLink": lambda message: f"https://outlook.office365.com/owa/?ItemID={message.id}&exvsurl=1&viewmodel=ReadMessageItem",
    "inferenceClassification": lambda message: "focused",
    "sender": _first("Sender", "From"),
    "from": _first("From"),
    "toRecipients": _recipients("To"),
    "ccRecipients": _recipients("Cc"),
    "bccRecipients": _recipients("Bcc"),
    "replyTo": _recipients("Reply-To"),
    "flag": lambda message: {"flagStatus": message.flag},
}
ON_SELECT = {"internetMessageHeaders": _headers}
SELECTABLE = frozenset({"id", "body", "uniqueBody", *MESSAGE_PROPERTIES, *ON_SELECT})
"""Header fields are shown only when they are selected."""


def _sender_address(message: Message) -> str:
    found = message.addresses("From")
    return found[0][1] if found else ""


MESSAGE_FILTERS = {
    "receivedDateTime": Property("Edm.DateTimeOffset", lambda message: message.received),
    "sentDateTime": Property("Edm.DateTimeOffset", lambda message: message.sent),
    "createdDateTime": Property("Edm.DateTimeOffset", lambda message: message.created),
    "lastModifiedDateTime": Property("Edm.DateTimeOffset", lambda message: message.modified),
    "isRead": Property("Edm.Boolean", lambda message: message.read),
    "isDraft": Property("Edm.Boolean", lambda message: message.draft),
    "hasAttachments": Property("Edm.Boolean", lambda message: message.has_attachments),
    "subject": Property("Edm.String", lambda message: message.subject),
    "internetMessageId": Property("Edm.String", lambda message: message.header("Message-ID")),
    "conversationId": Property("Edm.String", _conversation),
    "from/emailAddress/address": Property("Edm.String", _sender_address),
    "sender/emailAddress/address": Property("Edm.String", _sender_address),
}

MEETINGS = {
    "IPM.Schedule.Meeting.Request": ("#microsoft.graph.eventMessageRequest", "meetingRequest"),
    "IPM.Schedule.Meeting.Canceled": ("#microsoft.graph.eventMessage", "meetingCancelled"),
    "IPM.Schedule.Meeting.Resp.Pos": ("#microsoft.graph.eventMessageResponse", "meetingAccepted"),
}
MESSAGE_CLASS = re.compile(r"singleValueExtendedProperties\(\$filter=id eq 'String 0x0*1A'\)", re.IGNORECASE)


def check_expand(text: str | None) -> bool:
    """True where `$expand` asks for the message class (PidTagMessageClass), the one extended property that is kept here."""
    if text is None:
        return False
    if not MESSAGE_CLASS.fullmatch(text.strip()):
        raise bad_request(f"Parsing OData Select and Expand failed: '{text}' cannot be expanded.")
    return True


def shown_message(
    message: Message,
    selected: list[str] | None,
    *,
    immutable: bool,
    body_type: str = "html",
    message_class: bool = False,
    entry_id: EntryId | None = None,
) -> dict[str, Any]:
    """`entry_id` is the place shown where the message has moved on since."""
    regular = (entry_id or message.entry_id).rest
    shown: dict[str, Any] = {"@odata.etag": f'W/"{change_key(message)}"', "id": message.immutable_id if immutable else regular}
    kind = MEETINGS.get(message.message_class)
    if kind:
        shown = {"@odata.type": kind[0]} | shown
    for name in selected if selected is not None else [*MESSAGE_PROPERTIES, "body"]:
        if name in ("body", "uniqueBody"):
            shown[name] = shown_body(message, body_type)
        elif name != "id":
            shown[name] = (MESSAGE_PROPERTIES.get(name) or ON_SELECT[name])(message)
    if kind and selected is None:
        shown["meetingMessageType"] = kind[1]
    if message_class:
        shown["singleValueExtendedProperties"] = [{"id": "String 0x1a", "value": message.message_class}]
    return shown
