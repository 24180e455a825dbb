"""Takes attachments out of a message that is larger than one request to Microsoft Graph may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart

from trackit_console.transports.graph_recipients import AS_GIVEN

_SEALED = frozenset({"multipart/signed", "multipart/encrypted"})
"""A part taken out of these would make the signature wrong."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that was taken out of a message. `content_id` is that of a picture within the text, empty for others."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def without_attachments(raw: bytes, limit: int) -> tuple[bytes, list[Attachment]]:
    """`raw` without as many attachments, the largest first, as make it fit into `limit` bytes; and those attachments.

    What is left may still be above the limit: then the text alone is.
    """
    message = message_from_bytes(raw, policy=AS_GIVEN)
    places = sorted(_places(message), key=lambda place: _size(place[1]), reverse=True)
    taken: list[Attachment] = []
    while len(raw) > limit and places:
        excess = len(raw) - limit
        while excess > 0 and places:
            parent, part = places.pop(0)
            excess -= _size(part)
            taken.append(_attachment(parent, part))
            _remove(parent, part)
        raw = message.as_bytes()
    return raw, taken


def _places(parent: EmailMessage | MIMEPart) -> Iterator[tuple[MIMEPart, MIMEPart]]:
    """Each attachment with the part that contains it."""
    if parent.get_content_maintype() != "multipart" or parent.get_content_type() in _SEALED:
        return
    for part in parent.iter_parts():
        if part.get_content_maintype() == "multipart":
            yield from _places(part)
        elif part.is_attachment() or part.get_filename() or (part["Content-ID"] and part.get_content_maintype() != "text"):
            yield parent, part


def _size(part: MIMEPart) -> int:
    payload = part.get_payload()
    return len(payload) if isinstance(payload, str) else len(part.as_bytes())


def _attachment(parent: MIMEPart, part: MIMEPart) -> Attachment:
    # Some programs call a picture within the text an attachment, so its place counts.
    within_text = parent.get_content_type() == "multipart/related"
    content_id = str(part["Content-ID"] or "").strip().strip("<>") if within_text else ""
    if part.get_content_type() == "message/rfc822":
        [inner] = part.iter_parts()
        return Attachment(part.get_filename() or "message.eml", "message/rfc822", inner.as_bytes())
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes), "only a multipart or a message has parts instead"
    return Attachment(part.get_filename() or "attachment", part.get_content_type(), content, content_id)


def _remove(parent: MIMEPart, part: MIMEPart) -> None:
    children = parent.get_payload()
    assert isinstance(children, list), "it has at least this part"
    children.remove(part)
    # A multipart needs at least one part (RFC 2046 section 5.1).
    if not children:
        empty = MIMEPart(policy=AS_GIVEN)
        empty.set_content("")
        children.append(empty)
