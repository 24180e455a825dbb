"""The JSON of a message that `parse FILE` prints. It is public: fields are added, never renamed."""

from __future__ import annotations

from trackit_console.mail.message import Address, Attachment, Automatic, Bounce, Message
from trackit_console.mail.parse_warnings import warning_phrase


def as_json(message: Message) -> dict[str, object]:
    """Strings, numbers, lists and dicts only. The date is ISO 8601 with its offset; attachments come without their content."""
    return {
        "subject": message.subject,
        "from": _address(message.sender),
        "reply_to": [_address(address) for address in message.reply_to],
        "to": [_address(address) for address in message.to],
        "cc": [_address(address) for address in message.cc],
        "date": message.date.isoformat() if message.date else None,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text,
        "new_text": message.new_text,
        "quoted_text": message.quoted_text,
        "html": message.html,
        "attachments": [_attachment(attachment) for attachment in message.attachments],
        "automatic": _automatic(message.automatic),
        "bounce": _bounce(message.bounce),
        "answers_withheld": message.answers_withheld,
        "problems": [str(warning_phrase(code)) for code in message.problems],
    }


def _address(address: Address) -> dict[str, object]:
    return {"name": address.name, "address": address.address}


def _attachment(attachment: Attachment) -> dict[str, object]:
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "content_id": attachment.content_id,
        "inline": attachment.inline,
    }


def _automatic(automatic: Automatic | None) -> dict[str, object] | None:
    return {"sign": automatic.sign, "kind": automatic.kind} if automatic else None


def _bounce(bounce: Bounce | None) -> dict[str, object] | None:
    if bounce is None:
        return None
    return {
        "recipients": list(bounce.recipients),
        "status": bounce.status,
        "of_message_id": bounce.of_message_id,
        "permanent": bounce.permanent,
    }
