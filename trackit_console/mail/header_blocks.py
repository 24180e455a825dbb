"""Recognizes the From, Sent, To and Subject lines above a quoted or forwarded message (MSG-07).

Outlook and most webmail programs write them instead of an attribution. The order and the language of the labels differ.
"""

from __future__ import annotations

import re

from trackit_console.mail.header_labels import LABELS, Label
from trackit_console.mail.limits import HEADER_LABEL_LIMIT, HISTORY_HEADERS_LIMIT, HISTORY_LINE_LIMIT
from trackit_console.mail.separators import is_between_dashes, is_rule, is_separator

_COLON = re.compile(r"[:\uff1a]")
_MARKS = " \t\u00a0>*_|"
_ADDRESS = re.compile(r"\S@\S")
_WHEN = re.compile(r"\d{4}|\d[:.]\d\d")
_FIRST = {Label.FROM, Label.SENT, Label.DATE, Label.TO, Label.SUBJECT}
_LINES_ABOVE = 6
_WRAPPED_LINES = 3
"""Lines into which a program may wrap a long list of recipients."""


def begins_header_block(line: str) -> bool:
    """Whether the line has a label with which a block may begin."""
    return _label(line)[0] in _FIRST


def header_block(lines: list[str], i: int) -> range | None:
    """The lines of the header block whose first label is in line `i`, with the separator above it; None if there is none.

    A block has the sender, two more fields, and an address or a date. `From:`, `To:` and `Date:` can be those of a journey:
    an address, a subject or the time of sending must be among them.
    """
    if not begins_header_block(lines[i]):
        return None
    fields, end = _fields(lines, i)
    start = _with_separator(lines, i)
    values = " ".join(value for _, value in fields)
    kinds = {kind for kind, _ in fields}
    roles = {Label.SENT if kind is Label.DATE else kind for kind in kinds} - {Label.OTHER}
    if Label.TECHNICAL in kinds or Label.FROM not in kinds or (start == i and _is_pasted(lines, i)):
        return None
    has_address = _ADDRESS.search(values) is not None
    if len(roles) < (2 if start < i else 3) or not (has_address or kinds & {Label.SUBJECT, Label.SENT}):
        return None
    return range(start, end) if has_address or _WHEN.search(values) else None


def _fields(lines: list[str], i: int) -> tuple[list[tuple[Label, str]], int]:
    """The header lines from line `i` on, and the line behind them. Blank lines and wrapped values may be among them."""
    fields: list[tuple[Label, str]] = []
    end, strangers, blanks = i, 0, 0
    for at in range(i, min(i + HISTORY_HEADERS_LIMIT, len(lines))):
        label, value = _label(lines[at])
        if label:
            fields.append((label, value))
            end, strangers, blanks = at + 1, 0, 0
        elif not lines[at].strip(_MARKS):
            blanks += 1
        else:
            strangers += 1
        # HTML gives a blank line between fields; the text begins after one too.
        if strangers > _WRAPPED_LINES or (strangers and blanks) or blanks > 1:
            break
    return fields, end


def _label(line: str) -> tuple[Label | None, str]:
    """What the header line is about, and its value."""
    if len(line) > HISTORY_LINE_LIMIT:
        line = line[:HISTORY_LINE_LIMIT]
    colon = _COLON.search(line, 0, HEADER_LABEL_LIMIT)
    if not colon:
        return None, ""
    name = line[: colon.start()].strip(_MARKS).casefold().replace("\u2019", "'")
    return Label.TECHNICAL if name.startswith("x-") else LABELS.get(name), line[colon.end() :]


def _is_pasted(lines: list[str], i: int) -> bool:
    """Whether a sentence of the sender introduces the block, or headers stand above it that programs do not show."""
    above = [line for line in lines[max(i - _LINES_ABOVE, 0) : i] if line.strip(_MARKS)]
    introduced = bool(above) and above[-1].rstrip(_MARKS).endswith((":", "\uff1a"))
    return introduced or any(_label(line)[0] is Label.TECHNICAL for line in above)


def _with_separator(lines: list[str], i: int) -> int:
    """The line of the rule or title directly above line `i`, or `i`. At most one blank line is between them."""
    for at in range(i - 1, max(i - 3, -1), -1):
        if is_rule(lines[at]) or is_separator(lines[at]) or is_between_dashes(lines[at]):
            return at
        if lines[at].strip(_MARKS):
            break
    return i
