"""Turns the parts that are files into `Attachment` values with names that are safe on every system (MSG-07, SEC-03).

Whether an attachment is allowed (restricted file types, MSG-04) is decided in `helpdesk`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import unquote

from trackit_console.mail.charsets import whole_characters
from trackit_console.mail.encoded_words import decoded, one_line
from trackit_console.mail.headers import read_headers
from trackit_console.mail.limits import ENDING_LENGTH_LIMIT, NAME_LENGTH_LIMIT
from trackit_console.mail.message import Attachment
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Part, content

_UNNAMED = {
    "application/ms-tnef": "winmail.dat", "application/pdf": "document.pdf", "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m", "application/pkcs7-signature": "smime.p7s", "image/gif": "image.gif",
    "image/jpeg": "image.jpg", "image/png": "image.png", "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt", "text/calendar": "invite.ics", "text/csv": "table.csv",
    "text/html": "text.html", "text/plain": "text.txt", "text/rfc822-headers": "headers.txt",
}  # fmt: skip
# Device names, which Windows reserves with any extension. Superscript digits count as digits.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_CID = re.compile(r"cid:([^\"'\s<>)]{1,998})", re.IGNORECASE)


def read_attachments(files: Collection[Part], html: str | None, problems: list[ParseWarning]) -> tuple[Attachment, ...]:
    """One attachment for each part. `html` is the HTML body; what it shows by Content-ID is marked as inline."""
    shown = {unquote(cid) for cid in _CID.findall(html)} if html and any("content-id" in f.headers for f in files) else set()
    return tuple(_attachment(part, shown, problems) for part in files)


def _attachment(part: Part, shown: Collection[str], problems: list[ParseWarning]) -> Attachment:
    data = content(part, problems)
    claimed = part.file_name
    if claimed and part.content_type == "application/applefile":  # the resource fork of a file has the same name
        claimed = f"._{claimed}"
    name = safe_name(claimed) if claimed else ""
    if name != claimed:
        problems.append(ParseWarning.RENAMED)
    cid = one_line(part.headers.first("content-id")).strip("<> ") or None
    digest = hashlib.sha256(data).hexdigest()
    return Attachment(name or _unnamed(part, data), part.content_type, data, digest, cid, cid in shown)


def safe_name(name: str) -> str:
    """The file name in `name`, without its path and without anything that Windows forbids or that misleads a reader.

    Empty if nothing is left. Bidirectional and invisible characters are removed because they can hide the real extension.
    """
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN)
    # Windows drops dots and blanks at the end of a name: with them, `run.exe. ` would pass for another type of file.
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", visible)).strip().rstrip(". ")
    # After everything else: an invisible letter or a blank in front would hide the device's name from this check.
    if _RESERVED.match(plain):
        plain = "_" + plain
    return _shortened(whole_characters(plain))


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _shortened(name: str) -> str:
    if len(name.encode()) <= NAME_LENGTH_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > ENDING_LENGTH_LIMIT:
        stem, dot, ending = name, "", ""
    room = NAME_LENGTH_LIMIT - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + dot + ending


def _unnamed(part: Part, data: bytes) -> str:
    """A name for a part that has none. An attached message is named after its subject."""
    if part.content_type in ("message/rfc822", "message/global"):
        subject = decoded(read_headers(data[:65_536], [])[0].first("subject"), [])
        return safe_name(re.sub(r"[/\\]", "_", subject)[:100].strip(". ") + ".eml").removeprefix(".eml") or "message.eml"
    return _UNNAMED.get(part.content_type, "attachment")
