"""Composes the mail that the help desk sends as RFC 5322 bytes: what goes into the outbox (NOT-01, MSG-08, SEC-03).

Pure: the same draft gives the same bytes. The result has lines of at most 998 characters with CRLF, and is 7-bit but for
addresses that need SMTPUTF8. There is never a Bcc header: who gets the mail is said in the envelope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from trackit_console.domain.effects import MailKind
from trackit_console.helpdesk.notifications.header_writing import address_header, ids_header, text_header
from trackit_console.helpdesk.notifications.plain_text import clean_lines, one_line
from trackit_console.mail.address_writing import needs_smtputf8, written_address

WIRE_FORM = SMTP.clone(cte_type="7bit", max_line_length=76)
"""Python fills lines of quoted-printable to this length; RFC 2045 section 6.7 allows 76 characters."""
NO_RESPONSES = "DR, RN, NRN, OOF, AutoReply"
"""What Exchange is asked not to answer with ([MS-OXCMAIL] section 2.1.3.2.20). Not `All`: that has NDR in it, and whether mail
did not arrive is noted on its record (MSG-09)."""
NO_ABSENCES = "OOF"
"""What is asked for in a person's mail: whoever writes does not want to hear that somebody is away, but may get any other answer."""
LAST_REFERENCES = 10
_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,900}")
"""A message id that can be repeated; longer ones would not fit on a line. Some programs write theirs without an @."""
_CONTENT_TYPE = re.compile(r"(application|audio|font|image|text|video)/([\w.+-]{1,100})", re.ASCII)


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file to be sent, such as the CSV of a report."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What a mail is made of. Text and names may be hostile; ids have no angle brackets; `date` is aware.

    `to` are names, which may be empty, and addresses, as the To header shows them; an address that no mail can be addressed
    to is left out there. `html` None: a mail of text alone. `in_reply_to` is the message that is answered, `references` those
    before it, the oldest first. `by_person`: a person wrote it, to be answered like any letter.
    """

    kind: MailKind
    from_name: str
    from_address: str
    to: Sequence[tuple[str, str]]
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str | None = None
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    files: Sequence[DraftFile] = ()
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail as it is sent. `subject` is the one line that it decodes to; `message_id` has no angle brackets.

    `needs_smtputf8`: an address in the headers is only understood by servers with SMTPUTF8 (RFC 6531).
    """

    message_id: str
    subject: str
    content: bytes
    needs_smtputf8: bool = False


def compose(draft: Draft) -> ComposedMail:
    """The mail for `draft`. Raises ValueError if From or the message id cannot be written: those are the program's own."""
    sender = written_address(draft.from_address)
    if sender is None or not _ID.fullmatch(draft.message_id):
        raise ValueError("a mail needs an address to be from, and a message id")
    to = [(name, written) for name, address in draft.to if (written := written_address(address))]
    subject = one_line(draft.subject)
    headers = [
        _addresses("From", [(draft.from_name, sender)]),
        _addresses("To", to) if to else "To: undisclosed-recipients:;\r\n",
        text_header("Subject", subject),
        f"Date: {format_datetime(draft.date)}\r\n",
        ids_header("Message-ID", [draft.message_id]),
        *_threading(draft),
        *_automatic(draft),
    ]
    content = "".join(headers).encode() + _body(draft)
    return ComposedMail(draft.message_id, subject, content, any(map(needs_smtputf8, (sender, *(address for _, address in to)))))


def _automatic(draft: Draft) -> list[str]:
    """Says that a program sent it (RFC 3834 section 5): programs that honour it do not answer. A person's mail says no such thing."""
    if draft.by_person:
        return [f"X-Auto-Response-Suppress: {NO_ABSENCES}\r\n"]
    submitted = "auto-replied" if draft.kind is MailKind.REPLY else "auto-generated"
    return [f"Auto-Submitted: {submitted}\r\n", f"X-Auto-Response-Suppress: {NO_RESPONSES}\r\n"]


def _addresses(name: str, mailboxes: Iterable[tuple[str, str]]) -> str:
    return address_header(name, [(one_line(display), address) for display, address in mailboxes])


def _threading(draft: Draft) -> list[str]:
    """In-Reply-To and References, which end with the message that is answered (RFC 5322 section 3.6.4).

    A long thread keeps its first message, by which clients group, and the last ones.
    """
    answered = draft.in_reply_to if draft.in_reply_to and _ID.fullmatch(draft.in_reply_to) else None
    known = [each for each in draft.references if _ID.fullmatch(each) and each != answered]
    thread = list(dict.fromkeys([*known, *([answered] if answered else [])]))
    if len(thread) > LAST_REFERENCES + 1:
        thread = [thread[0], *thread[-LAST_REFERENCES:]]
    headers = [ids_header("In-Reply-To", [answered])] if answered else []
    return [*headers, ids_header("References", thread)] if thread else headers


def _body(draft: Draft) -> bytes:
    """The content with its MIME headers: text, or text and HTML, and beside them the files."""
    text, html = clean_lines(draft.text), clean_lines(draft.html or "")
    return _written_body(text, html, tuple(draft.files)) if draft.files else _body_without_files(text, html)


# A notification to all technicians says the same to each, within the transaction of its event: writing its MIME parts anew for
# each of them takes five sixths of the time.
@lru_cache(maxsize=4)
def _body_without_files(text: str, html: str) -> bytes:
    return _written_body(text, html, ())


def _written_body(text: str, html: str, files: Sequence[DraftFile]) -> bytes:
    body = EmailMessage(WIRE_FORM)
    body.set_content(text)
    boundary = _boundary(text, html, files)
    if html:
        body.make_alternative(f"{boundary}=1")
        body.add_alternative(html, subtype="html")
    if files:
        body.make_mixed(f"{boundary}=2")
    for file in files:
        _add(body, file)
    return body.as_bytes(policy=WIRE_FORM)


def _boundary(text: str, html: str, files: Sequence[DraftFile]) -> str:
    """It depends on all that is between the parts: nobody can write a text that has its own boundary in it."""
    content = sha256("\0".join((text, html)).encode())
    for file in files:
        content.update(file.content)
    return f"=_{content.hexdigest()[:40]}"


def _add(body: EmailMessage, file: DraftFile) -> None:
    known = _CONTENT_TYPE.fullmatch(file.content_type.lower())
    kind, subtype = known.groups() if known else ("application", "octet-stream")
    params = {"charset": "utf-8"} if kind == "text" else {}
    # Python's email package decodes an encoded word in a file name, with the line ends that are encoded in it.
    name = one_line(file.name).replace("=?", "_")
    body.add_attachment(file.content, kind, subtype, filename=name or "attachment", params=params)
