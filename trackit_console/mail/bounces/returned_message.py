"""What came back: the id of the message that did not arrive, and whom it was for. It may be a part, or quoted in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from trackit_console.mail.addresses import read_addresses
from trackit_console.mail.bounces.delivery_report import REPORTS
from trackit_console.mail.bounces.part_text import beginning, text_of
from trackit_console.mail.bounces.report_split import split_report
from trackit_console.mail.encoded_words import one_line
from trackit_console.mail.headers import Headers, message_ids, read_headers
from trackit_console.mail.limits import HEADERS_LIMIT, SENT_TO_LENGTH_LIMIT
from trackit_console.mail.part import Part

_RETURNED = (
    "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822",
    "message/partial", "message/news",
)  # fmt: skip
_ID = re.compile(
    r"^[>|* \t]{0,40}(?:original[- ])?message[- ]?id[ \t]{0,3}:[>| \t]{0,40}(?:\r?\n[>| \t]{1,40})?"
    r"(?:<([^<>\s]{1,998})>|([^<>\s@]{1,500}@[^<>\s@]{1,500}))",
    re.IGNORECASE | re.MULTILINE,
)
_MBOX_SEPARATOR = re.compile(rb">?From [^\n]*\n")


@dataclass(frozen=True, slots=True)
class Returned:
    """What is known of the message that came back. `came_back` says whether anything of it did.

    `headers` are its own, if it is a part of the bounce. `to` has the addresses in To and Cc, `sender` that in From.
    `report` is the text of the bounce without what is quoted of the message.
    """

    came_back: bool
    headers: Headers | None
    message_id: str | None
    to: tuple[str, ...]
    sender: str
    report: str


def returned_message(headers: Headers, files: Sequence[Part], text: str) -> Returned:
    """Looks at the parts first, then into `text`, last at the headers of the bounce itself, which may name what it answers."""
    report, quoted = split_report(text)
    parts = [part for part in files if part.content_type in _RETURNED]
    inner = next((found for part in parts if (found := _read(beginning(part)))), None)
    if inner is None and quoted:
        inner = _read(_unquoted(quoted).encode("utf-8", "replace"))
    came_back = bool(parts) or inner is not None
    to = _addresses(inner, "to") + _addresses(inner, "cc")
    sender = "".join(_addresses(inner, "from")[:1])
    message_id = _id_of(inner) or _id_in(quoted) or _id_in(text) or _id_in_report(files) or _answered(headers)
    return Returned(came_back, inner if parts else None, message_id, to, sender, report)


def _unquoted(quoted: str) -> str:
    lines = quoted.split("\n")[:HEADERS_LIMIT]
    first = lines[0]
    indent = first[: len(first) - len(first.lstrip(">|* \t"))]
    return "\n".join(line.removeprefix(indent) for line in lines)


def _read(data: bytes) -> Headers | None:
    """The headers at the start of `data`, or None if it has none."""
    data = data.lstrip()
    separator = _MBOX_SEPARATOR.match(data)
    headers, _ = read_headers(data[separator.end() :] if separator else data, [])
    return headers if headers.values else None


def _addresses(headers: Headers | None, name: str) -> tuple[str, ...]:
    if headers is None:
        return ()
    return tuple(
        address.address for address in read_addresses(headers.first(name)[:SENT_TO_LENGTH_LIMIT], []) if "@" in address.address
    )


def _id_of(headers: Headers | None) -> str | None:
    ids = message_ids(headers.first("message-id"), []) if headers else ()
    return ids[0] if ids else None


def _id_in(text: str) -> str | None:
    found = _ID.search(text)
    return one_line(found[1] or found[2]) if found else None


def _id_in_report(files: Sequence[Part]) -> str | None:
    """The id behind a report whose end was lost: what came back is then part of it."""
    texts = (text_of(part) for part in files if part.content_type in REPORTS)
    return next((found for text in texts if (found := _id_in(text))), None)


def _answered(headers: Headers) -> str | None:
    for name in ("x-original-message-id", "in-reply-to", "x-ms-exchange-parent-message-id", "references"):
        if ids := message_ids(headers.first(name), []):
            return ids[-1]
    return None
