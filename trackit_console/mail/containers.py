"""Opens the parts in which a message or files are packed: S/MIME, winmail.dat, BinHex (MSG-07).

What was opened takes the place of its container, as if it had been sent that way. What cannot be read here is named in
the problems: encrypted mail, pieces of messages, files that are stored elsewhere. The formats are read in `smime`, `tnef`
and `binhex`, which are loaded only when they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from trackit_console.mail.budget import Budget
from trackit_console.mail.headers import read_headers
from trackit_console.mail.limits import HEADER_BLOCK_LIMIT
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.part import Part, content, made_file

ReadEntity = Callable[[bytes], Part | None]
"""Parses a MIME entity as if it stood where its container stands; None if that is nested too deeply."""

_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_BINHEX = ("application/mac-binhex40", "application/mac-binhex", "application/x-binhex40")
_NAMED = {
    "application/pgp-encrypted": ParseWarning.ENCRYPTED,
    "application/x-microsoft-rpmsg-message": ParseWarning.ENCRYPTED,
    "message/partial": ParseWarning.ONE_PIECE,
    "message/external-body": ParseWarning.EXTERNAL_FILE,
}
_TYPES = frozenset({*_SMIME, *_TNEF, *_BINHEX, *_NAMED})
_NUMBER = re.compile(r"[0-9]{1,6}")
_SMIME_ENDINGS = (".p7m", ".p7z")
_TNEF_NAMES = ("winmail.dat", "win.dat")
_TNEF_SIGNATURES = (b"eJ8+I", b"\x78\x9f\x3e\x22")  # in base64 and as bytes


def is_container(part: Part) -> bool:
    """Whether `opened` has anything to do for this part. Cheap, because it is asked for every part."""
    if part.content_type in _TYPES:
        return True
    return part.content_type == "application/octet-stream" and (_is_smime(part) or _is_tnef(part))


def opened(part: Part, budget: Budget, problems: list[ParseWarning], read_entity: ReadEntity) -> Part:
    """`part` with what is in it as its parts, and itself among them where something of it would be lost otherwise."""
    if warning := _NAMED.get(part.content_type):
        problems.append(warning)
        return _numbered(part) if warning is ParseWarning.ONE_PIECE else part
    if part.content_type in _BINHEX:
        return _binhex(part, budget, problems)
    if not budget.spend(len(part.body)):
        problems.append(ParseWarning.NOT_UNPACKED)
        return part
    if _is_tnef(part):
        from trackit_console.mail.winmail import unpacked

        return unpacked(part, budget, problems)
    return _smime(part, budget, problems, read_entity)


def _numbered(part: Part) -> Part:
    """A piece of a message, named by its place: only the last one must say how many there are (RFC 2046 section 5.2.2.1)."""
    number, total = part.parameters.get("number", ""), part.parameters.get("total", "")
    if part.file_name or not _NUMBER.fullmatch(number):
        return part
    name = f"part {number} of {total}" if _NUMBER.fullmatch(total) else f"part {number}"
    return replace(part, parameters={**part.parameters, "name": f"{name} of a longer message"})


def _is_smime(part: Part) -> bool:
    return part.content_type in _SMIME or part.file_name.lower().endswith(_SMIME_ENDINGS)


def _is_tnef(part: Part) -> bool:
    if part.content_type in _TNEF or part.file_name.lower() in _TNEF_NAMES:
        return True
    return part.content_type == "application/octet-stream" and bytes(part.body[:64]).lstrip().startswith(_TNEF_SIGNATURES)


def _smime(part: Part, budget: Budget, problems: list[ParseWarning], read_entity: ReadEntity) -> Part:
    """The signed entity, and the part itself, because it holds the signature."""
    from trackit_console.mail.smime import State, open_smime

    found = open_smime(content(part, []), budget)
    if found.state is State.ENCRYPTED:
        problems.append(ParseWarning.ENCRYPTED)
    if found.state is State.DAMAGED:
        problems.append(ParseWarning.NOT_UNPACKED)
    # Other signed files have the same type, for example invoices in XML.
    if not found.content or not _is_entity(found.content):
        return part
    entity = read_entity(found.content.lstrip(b"\r\n"))
    return part if entity is None else replace(part, content_type="multipart/signed", parts=(entity, part))


def _is_entity(data: bytes) -> bool:
    headers, _ = read_headers(data[:HEADER_BLOCK_LIMIT].lstrip(), [])
    return "content-type" in headers or "mime-version" in headers


def _binhex(part: Part, budget: Budget, problems: list[ParseWarning]) -> Part:
    from trackit_console.mail.text_files import Kind, first_file

    file = first_file(content(part, problems), Kind.BINHEX, budget)
    if file is None or not file.is_whole:
        problems.append(ParseWarning.NOT_UNPACKED)
    if file is None:
        return part
    unpacked = made_file(file.name, file.content)
    return replace(part, content_type="multipart/mixed", parts=(unpacked,) if file.is_whole else (unpacked, part))
