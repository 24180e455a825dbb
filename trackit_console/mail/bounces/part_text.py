"""The beginning of a part, which is all that a report or the headers of a returned message need."""

from __future__ import annotations

from trackit_console.mail.charsets import to_text
from trackit_console.mail.limits import REPORT_LENGTH_LIMIT
from trackit_console.mail.part import Part, content


def beginning(part: Part) -> bytes:
    """The first `REPORT_LENGTH_LIMIT` bytes, decoded. A returned message of 25 MB is not copied."""
    if part.headers.first("content-transfer-encoding").strip().lower() in ("base64", "quoted-printable"):
        return content(part, [])[:REPORT_LENGTH_LIMIT]
    return bytes(part.body[:REPORT_LENGTH_LIMIT])


def text_of(part: Part) -> str:
    """The same as text. Reports are ASCII or UTF-8 (RFC 6533), whatever they say."""
    return to_text(beginning(part), "utf-8", [])
