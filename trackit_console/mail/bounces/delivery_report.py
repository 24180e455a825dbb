"""Reads delivery status notifications, the part of a bounce that is written for machines (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from trackit_console.mail.bounces.part_text import text_of
from trackit_console.mail.bounces.status_codes import explicit_status
from trackit_console.mail.encoded_words import one_line
from trackit_console.mail.limits import ADDRESS_LENGTH_LIMIT, REPORT_FIELD_LIMIT, REPORTS_LIMIT
from trackit_console.mail.part import Part

REPORTS = ("message/delivery-status", "message/global-delivery-status")

_FIELD = re.compile(r"[ \t]?([A-Za-z][A-Za-z0-9-]{2,40})[ \t]{0,3}:(.*)", re.DOTALL)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>;,:()\"\[\]/]{1,64}@[^\s<>;,:()\"\[\]@]{1,255}")
# What we sent to comes first. Final-Recipient is the address behind aliases and forwarding.
_RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient", "original-rcpt", "final-rcpt")
_NO_FAILURE = ("deliver", "relay", "expand")
_ACTIONS = ("fail", "delay", *_NO_FAILURE)


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a report says of one recipient. `address` is empty if the report has no mail address, `action` if it has no Action."""

    address: str
    action: str
    status: str

    @property
    def arrived(self) -> bool:
        """Delivered, or handed to a system that does not report: nothing bounced (RFC 3464 section 2.3.3)."""
        return self.action.startswith(_NO_FAILURE) or (not self.action and self.status.startswith("2"))

    @property
    def permanent(self) -> bool | None:
        """What the action says; without one, what the class of the status says. None if the report has neither."""
        if self.action:
            return self.action.startswith("fail")
        return self.status.startswith("5") if self.status else None


def read_reports(files: Sequence[Part]) -> list[RecipientReport]:
    """The recipients in all reports among the parts of the message."""
    parts = islice((part for part in files if part.content_type in REPORTS), REPORTS_LIMIT)
    return [report for part in parts for report in reports_in(text_of(part))]


def reports_in(text: str) -> list[RecipientReport]:
    """The recipients in the text of one report. Lines that are no field are skipped: gateways break long diagnostics."""
    groups: list[dict[str, str]] = []
    for block in _blocks(text.splitlines()):
        incomplete = bool(groups) and _names_recipient(groups[-1]) and not ("action" in groups[-1] or "status" in groups[-1])
        if groups and not _names_recipient(block) and incomplete:
            groups[-1].update(block)  # some gateways put a blank line below each field
        else:
            groups.append(block)
    told = [group for group in groups if _names_recipient(group) or group.get("action", "").lower().startswith(_ACTIONS)]
    return [_report(group) for group in told]


def _blocks(lines: Iterable[str]) -> list[dict[str, str]]:
    """The fields between blank lines, by lower-case name. A second Final-Recipient begins a group even without one."""
    blocks: list[dict[str, str]] = [{}]
    last = ""
    for line in lines:
        if not line.strip():
            last = ""
            if blocks[-1]:
                blocks.append({})
        elif (found := _FIELD.fullmatch(line)) and (last == "" or line[0] not in " \t"):
            last = found[1].lower()
            if last == "final-recipient" and last in blocks[-1]:
                blocks.append({})
            blocks[-1].setdefault(last, found[2].strip())
        elif last and line[0] in " \t" and len(blocks[-1][last]) < REPORT_FIELD_LIMIT:
            blocks[-1][last] += " " + line.strip()
    return [block for block in blocks if block]


def _names_recipient(group: dict[str, str]) -> bool:
    return any(name in group for name in _RECIPIENTS)


def _report(group: dict[str, str]) -> RecipientReport:
    found = (_address(group.get(name, "")) for name in _RECIPIENTS)
    action = group.get("action", "").partition("(")[0].strip().lower()
    return RecipientReport(next((address for address in found if address), ""), action, _status(group))


def _status(group: dict[str, str]) -> str:
    stated = _STATUS.search(group.get("status", ""))
    status = stated[0] if stated else ""
    # Many systems write 5.0.0 although the server that refused the mail said more.
    if not status or status.endswith(".0.0"):
        said = explicit_status(group.get("diagnostic-code", ""))
        status = said if said and (not status or said[0] == status[0]) else status
    return status


def _address(value: str) -> str:
    """The mail address in `rfc822; address`. Of an X.400 address or a fax number nothing remains."""
    kind, semicolon, rest = value.partition(";")
    if semicolon and "x400" in kind.lower().replace(".", ""):
        return ""
    found = _ADDRESS.search(one_line((rest if semicolon else value)[:REPORT_FIELD_LIMIT]))
    return found[0].strip(".'")[:ADDRESS_LENGTH_LIMIT] if found else ""
