"""Sends a message that is too large for one request: as a draft, to which the large attachments are uploaded (OUT-03).

The draft is made from the MIME form of the rest, so that it keeps Message-ID, In-Reply-To, References and Auto-Submitted
(Microsoft: "Attach large files to Outlook messages", "Send MIME message").
"""

from __future__ import annotations

import base64
from contextlib import suppress

from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import MessageTooLarge, TransportError
from trackit_console.transports.graph_attachments import Attachment, without_attachments
from trackit_console.transports.graph_session import GraphRefusal, GraphSession, segment
from trackit_console.transports.graph_submission import REQUEST_BYTES, submit
from trackit_console.transports.graph_uploads import Uploads
from trackit_console.transports.step_names import StepName
from trackit_console.transports.tls import HasTlsSettings

MIME_BYTES = REQUEST_BYTES // 4 * 3
"""The largest message that fits into a request, in base64."""
ATTACHMENT_BYTES = 150 * 1024 * 1024
"""The largest attachment of an upload session."""
_JSON_BYTES = 4096
"""More than the rest of a request with an attachment takes."""


class Drafts:
    """Sends large messages over `session`. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, session: GraphSession, tls: HasTlsSettings, timeouts: Timeouts) -> None:
        self._session = session
        self._uploads = Uploads(session, tls, timeouts)

    def abort(self) -> None:
        """Interrupts an upload; the session is interrupted by its owner."""
        self._uploads.abort()

    def expire(self) -> None:
        """Like `abort`, because a time limit passed."""
        self._uploads.expire()

    def send(self, raw: bytes) -> None:
        """Sends `raw`; raises `MessageTooLarge` if the text alone, or one attachment, is above the limits.

        A draft that was not sent is deleted, unless it may have been: then it is the copy in Sent Items.
        """
        rest, attachments = without_attachments(raw, MIME_BYTES)
        if len(rest) > MIME_BYTES or any(len(each.content) > ATTACHMENT_BYTES for each in attachments):
            raise self._too_large(f"{len(raw)} bytes; without attachments {MIME_BYTES}, an attachment {ATTACHMENT_BYTES}")
        encoded = base64.b64encode(rest)
        draft = segment(self._session.call("POST", "messages", data=encoded, step=StepName.SEND)["id"])
        try:
            for attachment in attachments:
                self._attach(draft, attachment)
            submit(self._session, f"messages/{draft}/send")
        except (TransportError, GraphRefusal) as failed:
            problem = failed.problem if isinstance(failed, GraphRefusal) else failed
            if not problem.in_doubt:
                self._delete(draft)
            raise

    def _attach(self, draft: str, attachment: Attachment) -> None:
        place = f"messages/{draft}/attachments"
        about: dict[str, object] = {"name": attachment.name, "contentType": attachment.content_type}
        if attachment.content_id:
            about |= {"isInline": True, "contentId": attachment.content_id}
        if len(attachment.content) * 4 // 3 + _JSON_BYTES <= REQUEST_BYTES:
            content = base64.b64encode(attachment.content).decode("ascii")
            body = {"@odata.type": "#microsoft.graph.fileAttachment", **about, "contentBytes": content}
            self._session.call("POST", place, body, step=StepName.SEND)
        else:
            self._uploads.put(self._upload_url(place, about, len(attachment.content)), attachment.content)

    def _upload_url(self, place: str, about: dict[str, object], size: int) -> str:
        item = {"attachmentType": "file", **about, "size": size}
        try:
            opened = self._session.call("POST", f"{place}/createUploadSession", {"AttachmentItem": item}, step=StepName.SEND)
        except GraphRefusal as refused:
            # Microsoft's clouds for the US Government do not offer it ("attachment: createUploadSession").
            if refused.refusal.function_is_unknown:
                raise self._too_large(f"an attachment of {size} bytes; this cloud has no upload sessions") from None
            raise
        return str(opened["uploadUrl"])

    def _delete(self, draft: str) -> None:
        """What is wrong matters more than a draft that stays; nothing can be deleted any more after `abort`."""
        with suppress(TransportError, GraphRefusal):
            self._session.call("DELETE", f"messages/{draft}", step=StepName.SEND)

    def _too_large(self, words: str) -> MessageTooLarge:
        return MessageTooLarge(words, **self._session.connection.facts).lasting()
