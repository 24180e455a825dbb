"""Drafts, their attachments and upload sessions (user-post-messages, outlook-large-attachments, message-send)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from uuid import uuid4

from tests.servers.microsoft import access, errors
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.graph import Call, Graph
from tests.servers.microsoft.graph_sending import (
    EXCHANGE_POLICY,
    MailTransport,
    add_part,
    attach,
    complete,
    content_id_of,
    submitted,
)
from tests.servers.microsoft.http import Request, Response, Router, json_response
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder
from tests.servers.microsoft.representation import shown_message, shown_time

SMALLEST_SESSION, LARGEST_SESSION = 3 * 1024 * 1024, 150 * 1024 * 1024
LARGEST_MESSAGE = 35 * 1024 * 1024
LARGEST_RANGE = 4 * 1024 * 1024
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass
class UploadSession:
    """A file on its way to a draft; `token` alone opens it."""

    draft: Message
    name: str
    content_type: str
    size: int
    expires: str
    content_id: str = ""
    token: str = field(default_factory=lambda: uuid4().hex)
    received: bytes = b""


class Uploads:
    """The upload sessions of one server, by the token in their address."""

    def __init__(self) -> None:
        self.sessions: dict[str, UploadSession] = {}

    def register(self, router: Router) -> None:
        router.add(r"/api/v2\.0/Users\(", self._put)

    def _put(self, request: Request) -> Response:
        session = self.sessions.get(dict(request.query).get("authtoken", ""))
        if session is None or "authorization" in request.headers:
            # The address is the authorization; with a token of Graph's beside it the request has the wrong audience.
            return GraphError(401, "InvalidAudience", "The audience claim value is invalid for current resource.").response()
        sent = RANGE.fullmatch(request.headers.get("content-range", ""))
        if request.method != "PUT" or sent is None:
            return errors.bad_request("The Content-Range header is missing or malformed.", "invalidRange").response()
        if request.headers.get("content-type") != "application/octet-stream":
            return errors.bad_request("The Content-Type header must be application/octet-stream.", "invalidRequest").response()
        if len(request.body) > LARGEST_RANGE:
            return errors.too_large().response()
        start, end, total = (int(number) for number in sent.groups())
        if (start, total, end - start + 1) != (len(session.received), session.size, len(request.body)) or end >= total:
            return GraphError(416, "invalidRange", "The uploaded range does not follow what was received before.").response()
        session.received += request.body
        if len(session.received) < session.size:
            return json_response({"ExpirationDateTime": session.expires, "nextExpectedRanges": [str(len(session.received))]})
        return self._finished(request, session)

    def _finished(self, request: Request, session: UploadSession) -> Response:
        message = _opened(session.draft)
        add_part(message, session.received, session.content_type, session.name, session.content_id)
        session.draft.replace(message.as_bytes())
        del self.sessions[session.token]
        place = request.path.rpartition("/AttachmentSessions")[0]
        return Response(201, b"", {"Location": f"{request.origin}{place}/Attachments('{uuid4().hex}')"})


def register(graph: Graph, transport: MailTransport, uploads: Uploads) -> None:
    graph.on("POST", "messages", lambda call: _create(call, call.mailbox.folder("drafts")))
    graph.on("POST", "mailFolders/{}/messages", lambda call: _create(call, call.folder(call.parts[1])))
    graph.on("POST", "messages/{}/attachments", _attach)
    graph.on("POST", "messages/{}/attachments/createUploadSession", lambda call: _begin(call, uploads))
    graph.on("POST", "messages/{}/send", lambda call: _send(call, transport))


def _create(call: Call, folder: Folder) -> Response:
    call.need(access.WRITE)
    message, _ = submitted(call, wrapped=False)
    draft = call.mailbox.add_message(message.as_bytes(), folder, call.access.now(), read=True, draft=True)
    return call.answer(shown_message(draft, None, immutable=call.immutable), "messages/$entity", 201)


def _draft(call: Call) -> Message:
    message = call.message(call.parts[1])
    if not message.draft:
        raise errors.bad_request("The operation is allowed for drafts only.", "ErrorInvalidRequest")
    return message


def _opened(draft: Message) -> EmailMessage:
    return message_from_bytes(draft.raw, policy=EXCHANGE_POLICY)


def _attach(call: Call) -> Response:
    call.need(access.WRITE)
    draft = _draft(call)
    message = _opened(draft)
    attach(message, call.json)
    draft.replace(message.as_bytes())
    return call.answer({"id": uuid4().hex, "name": call.json.get("name")}, "attachments/$entity", 201)


def _begin(call: Call, uploads: Uploads) -> Response:
    call.need(access.WRITE)
    draft, item = _draft(call), call.json.get("AttachmentItem", call.json.get("attachmentItem"))
    if not isinstance(item, dict) or item.get("attachmentType") != "file" or not isinstance(item.get("size"), int):
        raise errors.bad_request("The parameter 'AttachmentItem' is missing or incomplete.", "ErrorInvalidParameter")
    if item["size"] < SMALLEST_SESSION:
        text = "The attachment size is less than the minimum size for an upload session."
        raise errors.bad_request(text, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
    if item["size"] > LARGEST_SESSION:
        raise errors.bad_request("The attachment size exceeds the limit.", "ErrorAttachmentSizeLimitExceeded")
    expires = shown_time(call.access.now() + timedelta(hours=1))
    kind = item.get("contentType") or "application/octet-stream"
    session = UploadSession(draft, str(item.get("name", "")), kind, item["size"], expires, content_id_of(item))
    uploads.sessions[session.token] = session
    owner = f"{call.mailbox.object_id}@{call.token.tenant}"
    address = f"Users('{owner}')/Messages('{draft.id}')/AttachmentSessions('{uuid4().hex}')?authtoken={session.token}"
    # Another host than Graph's, as it is at Microsoft (outlook.office.com).
    host = call.request.origin.replace("//localhost", "//127.0.0.1")
    value = {
        "uploadUrl": f"{host}/api/v2.0/{address}",
        "expirationDateTime": expires,
        "nextExpectedRanges": ["0-"],
    }
    return json_response({"@odata.context": f"{call.request.origin}/v1.0/$metadata#microsoft.graph.uploadSession"} | value, 201)


def _send(call: Call, transport: MailTransport) -> Response:
    """The draft becomes the copy in Sent Items, with the same immutable id."""
    call.need(access.SEND)
    draft = _draft(call)
    if len(draft.raw) > LARGEST_MESSAGE:
        raise errors.bad_request("The message exceeds the maximum supported size.", "ErrorMessageSizeExceeded")
    message, now = _opened(draft), call.access.now()
    complete(message, call.mailbox, now)
    draft.replace(message.as_bytes())
    draft.draft = False
    call.mailbox.move_message(draft, call.mailbox.folder("sentitems"))
    transport.submit(call.mailbox, message, now, save=False)
    return Response(202)
