"""Parses raw bytes into a `Message`: which header and part becomes which field (MSG-07).

`parse` is pure and never raises. Its time and memory are bounded: what is beyond a limit is kept as an attachment or left
out, and recorded in `problems` (SEC-03). Each limit is a constant in the module that applies it.
"""

from __future__ import annotations

from trackit_console.mail.addresses import read_addresses
from trackit_console.mail.attachments import read_attachments
from trackit_console.mail.authentication_results import read_authentication
from trackit_console.mail.automatic import answers_withheld, automatic_sign
from trackit_console.mail.body import read_body
from trackit_console.mail.bounces import read_bounce
from trackit_console.mail.budget import Budget
from trackit_console.mail.dates import moment
from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.header_start import as_bytes_of_mail
from trackit_console.mail.headers import Headers, message_ids
from trackit_console.mail.message import Address, Message
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.parts import PartsReader
from trackit_console.mail.replies import split_reply


def parse(raw: bytes) -> Message:
    """Parses a raw message as a server delivers it. From bytes that are not a message it reads as much as possible."""
    problems: list[ParseWarning] = []
    mail = as_bytes_of_mail(raw)
    budget = Budget(len(raw))
    # Classic Mac OS programs end lines with CR only.
    root = PartsReader(mail if b"\n" in mail else mail.replace(b"\r", b"\n"), problems, budget).read()
    headers = root.headers
    body = read_body(root, problems, budget)
    subject = decoded(headers.first("subject"), problems)
    bounce = read_bounce(root, body.files, body.text, subject)
    automatic = automatic_sign(headers, subject, root.content_type, bounce is not None)
    new_text, quoted_text = split_reply(body.text)
    ids = message_ids(headers.first("message-id"), problems)
    return Message(
        subject=subject,
        sender=_sender(headers, problems),
        reply_to=_addresses(headers, "reply-to", problems),
        to=_addresses(headers, "to", problems),
        cc=_addresses(headers, "cc", problems),
        date=moment(headers.first("date"), problems),
        message_id=ids[0] if ids else None,
        in_reply_to=message_ids(headers.first("in-reply-to"), problems),
        references=message_ids(headers.first("references"), problems),
        text=body.text,
        new_text=new_text,
        quoted_text=quoted_text,
        html=body.html,
        attachments=read_attachments(body.files, body.html, problems),
        automatic=automatic,
        bounce=bounce,
        answers_withheld=answers_withheld(headers, automatic),
        problems=tuple(dict.fromkeys(problems)),
        size=len(raw),
        authentication=read_authentication(headers),
    )


def _sender(headers: Headers, problems: list[ParseWarning]) -> Address:
    """The first address in From, Sender or Reply-To, in this order. One without an @ counts only if there is no other."""
    found = (*_addresses(headers, "from", problems), *_addresses(headers, "sender", problems))
    sender = next((address for address in found if "@" in address.address), None)
    if sender:
        return sender
    named = found[0] if found else Address("", "")
    reply_to = next((address for address in _addresses(headers, "reply-to", []) if "@" in address.address), None)
    if reply_to:  # web forms name the customer only here
        problems.append(ParseWarning.SENDER_FROM_REPLY_TO)
        return Address(reply_to.name or named.name, reply_to.address)
    if not named.address:
        problems.append(ParseWarning.NO_SENDER)
    return named


def _addresses(headers: Headers, name: str, problems: list[ParseWarning]) -> tuple[Address, ...]:
    """All addresses in the header. Some programs write a header more than once."""
    return tuple(address for value in headers.values.get(name, ()) for address in read_addresses(value, problems))
