"""Decodes the transfer encodings of MIME parts, also where a part is not in the encoding that it claims (RFC 2045).

Never raises. `uuencode`, `yenc` and `binhex` are loaded only when a message has such a part.
"""

from __future__ import annotations

import binascii
import re

from trackit_console.mail.base64_text import LINES_OF_BASE64, SAMPLE_LENGTH, end_of_base64, has_words, is_words, was_never_encoded
from trackit_console.mail.lenient_base64 import lenient_base64
from trackit_console.mail.parse_warnings import ParseWarning

_IDENTITIES = ("", "7bit", "8bit", "binary", "none")
_UUENCODE = ("xuuencode", "uuencode", "xuue", "uue", "xuu", "uu")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_STRAY_SIGN = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))")
_ESCAPES = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n)")


def decoded_body(encoding: str, body: memoryview, content_type: str, charset: str | None, problems: list[ParseWarning]) -> bytes:
    """`body` decoded from what Content-Transfer-Encoding says; `content_type` and `charset` tell what to expect of it."""
    name = encoding.strip().lower()
    if name in _IDENTITIES:
        return bytes(body)
    # Programs write "base-64", "quoted printable" and comments.
    name = _NOT_IN_A_NAME.sub("", name.partition(";")[0].partition("(")[0])
    is_text = content_type.startswith("text/")
    if name == "base64":
        return _from_base64(body, is_text, charset, problems)
    if name == "quotedprintable":
        return _from_quoted_printable(body, problems)
    if name in _IDENTITIES:
        return bytes(body)
    return _from_rare(name, body, problems)


def _from_rare(name: str, body: memoryview, problems: list[ParseWarning]) -> bytes:
    from trackit_console.mail import text_files

    if name in _UUENCODE:
        file = text_files.first_file(body, text_files.Kind.UU)
    elif name in ("xyencode", "yencode", "xyenc", "yenc"):
        file = text_files.first_file(body, text_files.Kind.YENC)
    else:
        problems.append(ParseWarning.UNKNOWN_ENCODING)
        return bytes(body)
    problems += [ParseWarning.BROKEN_ENCODING] if file is None else file.warnings()
    return bytes(body) if file is None else file.content


def _from_quoted_printable(body: memoryview, problems: list[ParseWarning]) -> bytes:
    if _STRAY_SIGN.search(body, 0, SAMPLE_LENGTH):
        sample = bytes(body[:SAMPLE_LENGTH])
        # A text that was never encoded has signs of its own: decoding would make "x=10" a control character.
        if sum(1 for _ in _ESCAPES.finditer(sample)) * 2 < sample.count(b"="):
            problems.append(ParseWarning.BROKEN_ENCODING)
            return bytes(body)
    return binascii.a2b_qp(body)


def _from_base64(body: memoryview, is_text: bool, charset: str | None, problems: list[ParseWarning]) -> bytes:
    if not is_text or not has_words(body):
        data, whole = lenient_base64(body)
        if is_text and was_never_encoded(body, data, charset):
            problems.append(ParseWarning.BROKEN_ENCODING)
            return bytes(body)
        if not whole:
            problems.append(ParseWarning.BROKEN_ENCODING)
        return data
    problems.append(ParseWarning.BROKEN_ENCODING)
    end = end_of_base64(body)
    encoded, rest = body[:end], body[end:]
    # If the very first line is not base64, nothing is. A damaged line further down is just damage.
    if is_words(rest) or not (encoded or LINES_OF_BASE64.match(rest)):
        return lenient_base64(encoded)[0] + bytes(rest)
    return lenient_base64(body)[0]
