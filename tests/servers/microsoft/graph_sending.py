"""Sending (user-sendmail, outlook-send-mime-message) and the translation of ids (user-translateexchangeids)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, getaddresses, make_msgid
from typing import Any

from tests.servers.microsoft import access, errors, odata
from tests.servers.microsoft.access import Directory
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.graph import Call, Graph
from tests.servers.microsoft.http import Response
from tests.servers.microsoft.ids import EntryId, parse, parse_binary
from tests.servers.microsoft.mailbox import Mailbox

RECIPIENTS = {"toRecipients": "To", "ccRecipients": "Cc", "bccRecipients": "Bcc", "replyTo": "Reply-To"}
MOST_IDS = 1000
EXCHANGE_POLICY = policy.default.clone(linesep="\r\n")


@dataclass(frozen=True)
class Sent:
    """One message that was accepted for delivery; `raw` has no Bcc."""

    mailbox: str
    recipients: list[str]
    raw: bytes


class MailTransport:
    """Delivers accepted messages to the mailboxes of this server; others get theirs in `sent` alone."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.sent: list[Sent] = []
        self.undeliverable: set[str] = set()
        """Addresses for which a delivery report comes back to the sender's Inbox."""

    def submit(self, sender: Mailbox, message: EmailMessage, now: datetime, *, save: bool) -> None:
        recipients = _all_recipients(message)
        if save:
            sender.add_message(message.as_bytes(), sender.folder("sentitems"), now, read=True)
        del message["Bcc"]
        raw = message.as_bytes()
        self.sent.append(Sent(sender.address, recipients, raw))
        for address in recipients:
            if address.lower() in self.undeliverable:
                sender.add_message(_report(sender.address, address), sender.folder("inbox"), now, read=False)
            elif found := self._directory.find(address):
                found.add_message(raw, found.folder("inbox"), now, read=False)


def _all_recipients(message: EmailMessage) -> list[str]:
    fields = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(fields) if "@" in address]


def _report(sender: str, failed: str) -> bytes:
    text = f"Your message to {failed} couldn't be delivered.\r\n"
    status = f"Reporting-MTA: dns;contoso.example\r\n\r\nFinal-Recipient: rfc822;{failed}\r\nAction: failed\r\nStatus: 5.1.10\r\n"
    return (
        f"From: Microsoft Outlook <postmaster@contoso.example>\r\nTo: {sender}\r\nSubject: Undeliverable\r\n"
        f"Message-ID: {make_msgid(domain='contoso.example')}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="part"\r\n\r\n'
        f"--part\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--part\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--part--\r\n"
    ).encode()


def register(graph: Graph, transport: MailTransport) -> None:
    graph.on("POST", "sendMail", lambda call: _send(call, transport))
    graph.on("POST", "translateExchangeIds", _translate)


def _send(call: Call, transport: MailTransport) -> Response:
    call.need(access.SEND)
    odata.options(call.request, ())
    message, save = submitted(call)
    now = call.access.now()
    complete(message, call.mailbox, now)
    transport.submit(call.mailbox, message, now, save=save)
    return Response(202)


def submitted(call: Call, *, wrapped: bool = True) -> tuple[EmailMessage, bool]:
    """The message in either form, and whether it is saved; for drafts the JSON is the message itself and not `wrapped`."""
    if call.request.headers.get("content-type", "").lower().startswith("text/plain"):
        return _from_mime(call.request.body), True
    return _from_json(call.json if wrapped else {"message": call.json}), _saves(call.json)


def _saves(given: dict[str, Any]) -> bool:
    """The documentation's own example has the word in quotes."""
    wanted = given.get("saveToSentItems", given.get("SaveToSentItems", True))
    return str(wanted).lower() != "false"


def complete(message: EmailMessage, sender: Mailbox, now: datetime) -> None:
    """Fills in what the submitter may leave out, and refuses what it may not say."""
    if not _all_recipients(message):
        raise errors.bad_request("At least one recipient is not valid., Recipient '' is not resolved.", "ErrorInvalidRecipients")
    authors = [address.lower() for _, address in getaddresses([str(value) for value in message.get_all("From", [])])]
    if authors and authors != [sender.address.lower()]:
        text = "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message."
        raise GraphError(403, "ErrorSendAsDenied", text)
    if not authors:
        message["From"] = sender.address
    if "Message-ID" not in message:
        message["Message-ID"] = make_msgid(domain="contoso.example")
    if "Date" not in message:
        message["Date"] = format_datetime(now)


def _from_mime(body: bytes) -> EmailMessage:
    try:
        raw = base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw:
        raise errors.bad_request("Invalid base64 string for MIME content.", "ErrorMimeContentInvalidBase64String")
    return message_from_bytes(raw, policy=EXCHANGE_POLICY)


def _from_json(value: dict[str, Any]) -> EmailMessage:
    try:
        return _built(value)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise errors.bad_request("An unexpected node was found when reading from the JSON reader.") from None


def _built(value: dict[str, Any]) -> EmailMessage:
    given = value.get("message", value.get("Message"))
    if not isinstance(given, dict):
        raise errors.bad_request("The parameter 'message' is required.", "ErrorInvalidParameter")
    message = EmailMessage(policy=EXCHANGE_POLICY)
    message["Subject"] = given.get("subject", "")
    if author := given.get("from"):
        message["From"] = _address(author)
    for name, header in RECIPIENTS.items():
        if given.get(name):
            message[header] = ", ".join(_address(each) for each in given[name])
    for header in given.get("internetMessageHeaders", []):
        if not str(header["name"]).lower().startswith("x-"):
            text = f"The internet message header name '{header['name']}' should start with 'x-' or 'X-'."
            raise errors.bad_request(text, "InvalidInternetMessageHeader")
        message[header["name"]] = header["value"]
    body = given.get("body") or {"contentType": "text", "content": ""}
    message.set_content(
        body.get("content", ""), subtype="html" if str(body.get("contentType", "")).lower() == "html" else "plain"
    )
    for attachment in given.get("attachments", []):
        attach(message, attachment)
    return message


def _address(recipient: dict[str, Any]) -> str:
    given = recipient.get("emailAddress", {})
    return formataddr((given.get("name") or "", given.get("address") or ""))


def attach(message: EmailMessage, attachment: dict[str, Any]) -> None:
    if attachment.get("@odata.type") != "#microsoft.graph.fileAttachment":
        raise errors.bad_request("The attachment's '@odata.type' is missing or is not supported.")
    content = base64.b64decode(attachment.get("contentBytes", ""))
    kind = str(attachment.get("contentType") or "application/octet-stream")
    add_part(message, content, kind, attachment.get("name", ""), content_id_of(attachment))


def content_id_of(attachment: dict[str, Any]) -> str:
    """The Content-ID of a picture within the text, empty for other attachments."""
    return str(attachment.get("contentId") or "") if attachment.get("isInline") else ""


def add_part(message: EmailMessage, content: bytes, kind: str, name: str, content_id: str) -> None:
    """Exchange keeps every attachment as bytes of some type, a message too."""
    main, _, sub = ("application/octet-stream" if kind.startswith("message/") else kind).partition("/")
    inline: dict[str, Any] = {"disposition": "inline", "cid": f"<{content_id}>"} if content_id else {}
    message.add_attachment(content, maintype=main, subtype=sub, filename=name, **inline)


# Ids

FORMS = ("ewsId", "restId", "restImmutableEntryId", "entryId", "immutableEntryId")
BINARY = ("entryId", "immutableEntryId")


def _translate(call: Call) -> Response:
    call.need(access.TRANSLATE)  # a permission for the directory: those for mail do not cover it
    given, source, target = (call.json.get(name) for name in ("inputIds", "sourceIdType", "targetIdType"))
    if source not in FORMS or target not in FORMS or not isinstance(given, list):
        raise errors.bad_request("The parameters inputIds, sourceIdType and targetIdType are required.", "ErrorInvalidParameter")
    if len(given) > MOST_IDS:
        raise errors.bad_request(f"The limit of {MOST_IDS} ids has been exceeded.", "ErrorInvalidParameter")
    return call.answer({"value": [_translated(call.mailbox, str(text), source, target) for text in given]}, "convertIdResult")


def _translated(mailbox: Mailbox, text: str, source: str, target: str) -> dict[str, Any]:
    entry = parse_binary(text) if source in BINARY else parse(text)
    if entry is None or entry.mailbox != mailbox.guid:
        return {"sourceId": text, "errorDetails": {"code": "ErrorInvalidIdMalformed", "message": "Id is malformed."}}
    message = mailbox.find(entry.rest) if entry.kind != "folder" else None
    if entry.kind != "folder" and message is None:
        details = {"code": "ErrorItemNotFound", "message": "The specified object was not found in the store."}
        return {"sourceId": text, "errorDetails": details}
    if message:
        entry = message.immutable_entry_id if "immutable" in target.lower() else message.entry_id
    return {"sourceId": text, "targetId": _written(entry, target)}


def _written(entry: EntryId, target: str) -> str:
    if target in BINARY:
        return entry.binary
    return entry.ews if target == "ewsId" else entry.rest
