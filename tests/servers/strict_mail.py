"""A strict reader of what the program sends: `faults_of` tells where bytes depart from RFC 5322, 5321, 2045 to 2047.

It accepts only what a program should generate, not the obsolete forms that a reader must tolerate.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

from tests.servers.strict_addresses import (
    MESSAGE_IDS,
    ONE_MESSAGE_ID,
    address_faults,
    date_fault,
    mailboxes_in,
)

LINE_OCTETS, HEADER_OCTETS, ENCODED_LINE, ENCODED_WORD = 998, 78, 76, 75
"""Maximum octets of a line (RFC 5322 section 2.1.1), of a header line, and of both with encoded words (RFC 2047 section 2)."""
ONCE = ("Date", "From", "Message-ID", "MIME-Version")
AT_MOST_ONCE = (
    *("Sender", "Reply-To", "To", "Cc", "In-Reply-To", "References", "Subject", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"),
)
ADDRESS_FIELDS = frozenset({"from", "sender", "reply-to", "to", "cc"})
ENCODINGS = frozenset({"7bit", "8bit", "quoted-printable", "base64"})
FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+):(.*)", re.DOTALL)
WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?\s]*)\?=")
QUOTED_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
ENCODED_TEXT = re.compile(r"(?:[\x21-\x3c\x3e-\x7e \t]|=[0-9A-F]{2})*=?")


def faults_of(raw: bytes, *, smtputf8: bool = False) -> list[str]:
    """What is wrong with a message as it goes over the wire, in words; empty if nothing is.

    `smtputf8` allows UTF-8 in headers (RFC 6532), for a message that was sent with that extension.
    """
    head, separator, _ = raw.partition(b"\r\n\r\n")
    found = [*_line_faults(raw), *([] if separator else ["no empty line between headers and body"])]
    fields, broken = _fields(head)
    found += broken + list(_header_faults(head, fields, smtputf8=smtputf8)) + list(_message_faults(fields))
    parsed = message_from_bytes(raw, policy=policy.compat32)
    return found + list(_part_faults(parsed, "the message", eight_bit_allowed=True))


# Lines


def _line_faults(raw: bytes) -> Iterator[str]:
    for sign, words in ((rb"\r(?!\n)", "a bare CR"), (rb"(?<!\r)\n", "a bare LF"), (rb"\0", "a NUL")):
        if match := re.search(sign, raw):
            yield f"{words} at octet {match.start()}"
    for number, line in enumerate(raw.split(b"\r\n"), 1):
        if len(line) > LINE_OCTETS:
            yield f"line {number} has {len(line)} octets"
    if not raw.endswith(b"\r\n"):
        yield "the last line has no end"


# Header fields


def _fields(head: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """The header fields, unfolded, and what is no field."""
    fields, faults = [], []
    for block in re.split(rb"\r\n(?![ \t])", head):
        match = FIELD.fullmatch(block)
        if match is None:
            faults.append(f"not a header field: {block[:40]!r}")
            continue
        name = match[1].decode("ascii")
        if any(not line.strip() for line in block.split(b"\r\n")[1:]):
            faults.append(f"{name}: a folded line of white space alone")
        fields.append((name, match[2].replace(b"\r\n", b"").decode("utf-8", "surrogateescape")))
    return fields, faults


def _header_faults(head: bytes, fields: list[tuple[str, str]], *, smtputf8: bool) -> Iterator[str]:
    for line in head.split(b"\r\n"):
        content = line.partition(b":")[2] if line[:1] not in (b" ", b"\t") else line
        if len(line) > HEADER_OCTETS and re.search(rb"[ \t]", content.strip()):
            yield f"a header line of {len(line)} octets that could be folded: {line[:40]!r}"
        if b"=?" in line and len(line) > ENCODED_LINE:
            yield f"a line with encoded words of {len(line)} octets: {line[:40]!r}"
    for name, value in fields:
        if not value.isascii() and not (smtputf8 and value.isprintable()):
            yield f"{name}: not ASCII"
        yield from _encoded_word_faults(name, value)


def _encoded_word_faults(name: str, value: str) -> Iterator[str]:
    if any("=?" in quoted for quoted in QUOTED_STRING.findall(value)):
        yield f"{name}: an encoded word in quotes"
    for token in re.findall(r"[^\s(),<>\"]*=\?[^\s(),<>\"]*", QUOTED_STRING.sub("", value)):
        match = WORD.fullmatch(token)
        if match is None:
            yield f"{name}: not an encoded word: {token[:40]!r}"
        elif len(token) > ENCODED_WORD:
            yield f"{name}: an encoded word of {len(token)} characters"
        elif not _decodes(*match.groups()):
            yield f"{name}: an encoded word that cannot be decoded: {token[:40]!r}"


def _decodes(charset: str, encoding: str, text: str) -> bool:
    """Each encoded word stands alone: a character must not be split between two (RFC 2047 section 5)."""
    try:
        content = base64.b64decode(text, validate=True) if encoding in "Bb" else _from_q(text)
        content.decode(charset)
    except (ValueError, LookupError):
        return False
    return True


def _from_q(text: str) -> bytes:
    if re.search(r"=(?![0-9A-Fa-f]{2})", text):
        raise ValueError("a stray =")
    return quopri.decodestring(text.encode("ascii"), header=True)


# The fields of a message


def _message_faults(fields: list[tuple[str, str]]) -> Iterator[str]:
    names = Counter(name.lower() for name, _ in fields)
    for name in ONCE:
        if names[name.lower()] != 1:
            yield f"{name}: {'missing' if not names[name.lower()] else 'given more than once'}"
    for name in AT_MOST_ONCE:
        if names[name.lower()] > 1:
            yield f"{name}: given more than once"
    if names["bcc"]:
        yield "Bcc: shown to everybody"
    for name, value in fields:
        yield from _value_faults(name, value)
    authors = sum(mailboxes_in(value) for name, value in fields if name.lower() == "from")
    if authors > 1 and not names["sender"]:
        yield "Sender: missing beside several authors"


def _value_faults(name: str, value: str) -> Iterator[str]:
    kind = name.lower()
    if kind in ADDRESS_FIELDS:
        yield from address_faults(name, value)
    elif kind == "date" and (fault := date_fault(value)):
        yield f"{name}: {fault}: {value.strip()!r}"
    elif kind == "message-id" and not ONE_MESSAGE_ID.fullmatch(value):
        yield f"{name}: not an id: {value.strip()!r}"
    elif kind in ("in-reply-to", "references") and not MESSAGE_IDS.fullmatch(value):
        yield f"{name}: not a list of ids: {value.strip()!r}"
    elif kind == "mime-version" and value.strip() != "1.0":
        yield f"{name}: not 1.0"


# MIME parts


def _part_faults(part: Message, place: str, *, eight_bit_allowed: bool) -> Iterator[str]:
    yield from (f"{place}: {type(defect).__name__}: {defect}" for defect in part.defects)
    encoding = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
    if encoding not in ENCODINGS:
        yield f"{place}: the transfer encoding {encoding!r}"
    if encoding == "8bit" and not eight_bit_allowed:
        yield f"{place}: 8bit within a part that says 7bit"
    if part.is_multipart():
        yield from _container_faults(part, place, encoding)
    else:
        yield from _leaf_faults(part, place, encoding)


def _container_faults(part: Message, place: str, encoding: str) -> Iterator[str]:
    if encoding not in ("7bit", "8bit"):
        yield f"{place}: a multipart in {encoding}"
    boundary = part.get_boundary()
    if part.get_content_maintype() == "multipart" and boundary and not BOUNDARY.fullmatch(boundary):
        yield f"{place}: the boundary {boundary!r}"
    for number, child in enumerate(part.get_payload(), 1):
        if isinstance(child, Message):
            yield from _part_faults(child, f"{place}, part {number}", eight_bit_allowed=encoding == "8bit")


def _leaf_faults(part: Message, place: str, encoding: str) -> Iterator[str]:
    text = str(part.get_payload())
    lines = text.split("\r\n")
    if encoding != "8bit" and not text.isascii():
        yield f"{place}: 8-bit content in {encoding}"
    if encoding in ("base64", "quoted-printable") and any(len(line) > ENCODED_LINE for line in lines):
        yield f"{place}: a line of {encoding} above {ENCODED_LINE} characters"
    if encoding == "base64" and not _is_base64("".join(lines)):
        yield f"{place}: not base64"
    if encoding == "quoted-printable" and not all(ENCODED_TEXT.fullmatch(line) and line == line.rstrip() for line in lines):
        yield f"{place}: not quoted-printable"
    if part.get_content_maintype() == "text":
        yield from _charset_faults(part, place)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _charset_faults(part: Message, place: str) -> Iterator[str]:
    charset = part.get_content_charset("us-ascii")
    content = part.get_payload(decode=True)
    try:
        codecs.lookup(charset)
        if isinstance(content, bytes):
            content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        yield f"{place}: text that is not {charset}"
