"""Whom Microsoft Graph sends a message to: Graph knows no envelope, so the headers must name exactly these."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from trackit_console.domain.addresses import address_key
from trackit_console.transports.smtp_envelope import ascii_address

AS_GIVEN = SMTP.clone(refold_source="none")
"""Headers that are not changed keep their bytes."""
_FIELDS = ("To", "Cc", "Bcc")


def addressed_to(raw: bytes, recipients: Sequence[str]) -> bytes:
    """`raw` with headers that name the `recipients` and nobody else.

    Those whom no header names are added as Bcc, which Graph removes. Who is named and not among them has the message
    already, or cannot get it, and is taken out.
    """
    message = message_from_bytes(raw, policy=AS_GIVEN)
    wanted = {address_key(each) for each in recipients}
    named = {address_key(each) for name in _FIELDS for each in _addresses(message, name)}
    if named - wanted:
        for name in _FIELDS:
            _keep(message, name, wanted)
        raw = message.as_bytes()
    # Only addresses that `path_of` accepts come here, so none can end this header and begin another.
    hidden = [ascii_address(each) for each in recipients if address_key(each) not in named]
    return b"Bcc: " + ",\r\n ".join(hidden).encode() + b"\r\n" + raw if hidden else raw


def _addresses(message: EmailMessage, name: str) -> list[str]:
    return [each.addr_spec for field in message.get_all(name, []) for each in field.addresses]


def _keep(message: EmailMessage, name: str, wanted: set[str]) -> None:
    kept = [each for field in message.get_all(name, []) for each in field.addresses if address_key(each.addr_spec) in wanted]
    # Assigning to a header adds another one and replaces none.
    del message[name]
    if kept:
        message[name] = kept
