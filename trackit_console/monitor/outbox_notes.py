"""What the history of a record tells of mail that was sent about it (MSG-03)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.domain.addresses import address_key
from trackit_console.domain.outgoing_mail import ClaimedMail
from trackit_console.domain.records import Note, NoteKind
from trackit_console.mail import parse


def sent_note(mail: ClaimedMail, recipients: Sequence[str]) -> Note:
    """The note about a mail that the server took for `recipients`."""
    message = parse(mail.content)
    return Note(
        NoteKind.EMAIL_SENT,
        author=message.sender.address,
        text=message.text,
        message_id=mail.message_id,
        participants=tuple(dict.fromkeys(address_key(each) for each in recipients)),
    )
