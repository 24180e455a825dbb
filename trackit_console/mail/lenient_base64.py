"""Decodes base64 as far as it goes, also in pieces and damaged (RFC 2045 section 6.8)."""

from __future__ import annotations

import binascii
import re
from itertools import islice

from trackit_console.mail.limits import BASE64_PIECES_LIMIT, DAMAGED_BASE64_PIECES_LIMIT

_PADDING = re.compile(rb"=[=\s]*")
# Nothing but base64 up to the end. A footer that a mailing list has appended does not match.
_MORE_BASE64 = re.compile(rb"[A-Za-z0-9+/](?:[A-Za-z0-9+/=\r\n]|[ \t]+[\r\n])*+\s*\Z")
_NOT_BASE64_LETTERS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_PADDED_PIECE = re.compile(rb"[^=]+=*")


def lenient_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    """The decoded bytes, and whether `data` was complete. An incomplete last group is decoded as far as it goes.

    Some programs encode a file in pieces that each end in padding. Python stops decoding at the first padding.
    """
    padding = _PADDING.search(data)
    if not padding or not _MORE_BASE64.match(data, padding.end()):
        return _piece_of_base64(data)
    letters = bytes(data).translate(None, b" \t\r\n")
    if letters.count(b"=") <= BASE64_PIECES_LIMIT:
        # Split behind each padding, which is one sign or two, without a step of Python for each piece.
        pieces = letters.replace(b"=", b"=\n").replace(b"=\n=", b"==").split(b"\n")
        try:
            return b"".join(map(binascii.a2b_base64, pieces)), True
        except binascii.Error:  # one of them is incomplete
            pass
    damaged = [_piece_of_base64(piece[0])[0] for piece in islice(_PADDED_PIECE.finditer(letters), DAMAGED_BASE64_PIECES_LIMIT)]
    return b"".join(damaged), False


def _piece_of_base64(data: bytes | memoryview) -> tuple[bytes, bool]:
    try:
        return binascii.a2b_base64(data), True
    except binascii.Error:
        letters = bytes(data).translate(None, _NOT_BASE64_LETTERS)
    # A single letter has too few bits for a byte.
    usable = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4)), False
