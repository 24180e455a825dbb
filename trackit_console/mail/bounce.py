"""Reads delivery status notifications: which message did not reach which recipients (MSG-09, RFC 3464).

Only the machine-readable part is read. `automatic` recognises a bounce without such a part, but not its recipients.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trackit_console.mail.headers import Headers, message_ids, one_line, read_headers
from trackit_console.mail.limits import RECIPIENTS_LIMIT, REPORT_LENGTH_LIMIT
from trackit_console.mail.message import Bounce
from trackit_console.mail.parts import Part, content

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BLANK_LINES = re.compile(rb"\n(?:[ \t]*\r?\n)+")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_ID_IN_TEXT = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)


def read_bounce(root: Part, leaves: Sequence[Part], text: str) -> Bounce | None:
    """The notification in `leaves`, or None if there is none. If it reports failures and delays, only the failures count."""
    reports = [group for part in leaves if part.content_type in _REPORTS for group in _groups(part)]
    addressed = [group for group in reports if _recipient(group)]
    if not addressed:
        return _of_exim(root.headers, text)
    failed = [group for group in addressed if _word(group, "action") == "failed"] or addressed
    recipients = tuple(dict.fromkeys(_recipient(group) for group in failed[:RECIPIENTS_LIMIT]))
    status = next((found[0] for group in failed if (found := _STATUS.search(group.first("status")))), "")
    permanent = _word(failed[0], "action") == "failed" and not status.startswith("4")
    return Bounce(recipients, status, _returned_id(leaves) or _id_in(text), permanent)


def _of_exim(headers: Headers, text: str) -> Bounce | None:
    """Exim before 4.90 writes no report, but lists the recipients in a header."""
    addresses = headers.first("x-failed-recipients").replace(",", " ").split()
    if not addresses:
        return None
    return Bounce(tuple(one_line(address) for address in addresses[:RECIPIENTS_LIMIT]), "5.0.0", _id_in(text), True)


def _groups(part: Part) -> Iterator[Headers]:
    """The groups of fields of a report: one about the message, then one for each recipient."""
    report = content(part, [])[:REPORT_LENGTH_LIMIT].lstrip()
    for block in _BLANK_LINES.split(report):
        yield read_headers(block, [])[0]


def _recipient(group: Headers) -> str:
    # Final-Recipient is the address behind aliases and forwarding; it has the form "rfc822; address".
    value = group.first("final-recipient") or group.first("original-recipient")
    return one_line(value.rpartition(";")[2]).strip("<> ")


def _word(group: Headers, name: str) -> str:
    return group.first(name).partition("(")[0].strip().lower()


def _returned_id(leaves: Sequence[Part]) -> str | None:
    for part in leaves:
        if part.content_type in _RETURNED:
            headers, _ = read_headers(content(part, [])[:REPORT_LENGTH_LIMIT], [])
            if ids := message_ids(headers.first("message-id"), []):
                return ids[0]
    return None


def _id_in(text: str) -> str | None:
    found = _ID_IN_TEXT.search(text)
    return found[1] if found else None
