"""Decides whether a message is a bounce, and what it says: which message of ours did not reach whom, and why (MSG-09).

A bounce is known by its sender *and* by what it says. A person who forwards one, or quotes one in a ticket, is no mail
system, and a mail system sends other notices too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trackit_console.mail.body import read_body
from trackit_console.mail.bounces.delivery_report import REPORTS, RecipientReport, read_reports, reports_in
from trackit_console.mail.bounces.failure_words import comparable, failure_weight, says_arrived, says_delayed, says_something_else
from trackit_console.mail.bounces.part_text import beginning, text_of
from trackit_console.mail.bounces.report_in_words import addresses_in, failed_recipients
from trackit_console.mail.bounces.returned_message import Returned, returned_message
from trackit_console.mail.bounces.senders import CERTAIN, sender_sign
from trackit_console.mail.bounces.status_codes import explicit_status, states_status, status_in
from trackit_console.mail.budget import Budget
from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.headers import Headers
from trackit_console.mail.limits import BOUNCE_TEXT_LIMIT, FAILURE_WORDS_LIMIT, RECIPIENTS_LIMIT
from trackit_console.mail.message import Bounce
from trackit_console.mail.part import Part
from trackit_console.mail.parts import PartsReader

_ENOUGH = 5
"""What sender, words and evidence must weigh together."""
_BY_A_PERSON = re.compile(r"(?:re|fwd?|aw|wg|tr|rv|sv|vs|vb|enc|i|r|antw|doorst|odp|pd)\s?:")


def read_bounce(root: Part, files: Sequence[Part], text: str, subject: str) -> Bounce | None:
    """The bounce that the message is, or None. If it reports failures and delays, only the failures count.

    `files` are the parts that are not in `text`. Ordinary mail costs no more than a look at its headers.
    """
    report_type = _report_type(root, files)
    sign = 0 if report_type == "other" else sender_sign(root.headers, report_type)
    if sign == 0 or (sign < CERTAIN and _BY_A_PERSON.match(comparable(subject))):
        return None
    return (_relayed(files) if sign > 1 and not report_type else None) or _read(root, files, text, subject, sign, report_type)


def _relayed(files: Sequence[Part]) -> Bounce | None:
    """The bounce that another system passes on as an attached message, as mailing lists do."""
    for part in files:
        if part.content_type != "message/rfc822":
            continue
        raw = beginning(part)
        root = PartsReader(raw, []).read()
        body = read_body(root, [], Budget(len(raw)))
        report_type = _report_type(root, body.files)
        sign = sender_sign(root.headers, report_type)
        if sign >= CERTAIN and report_type != "other":
            return _read(root, body.files, body.text, decoded(root.headers.first("subject"), []), sign, report_type)
    return None


def _read(root: Part, files: Sequence[Part], text: str, subject: str, sign: int, report_type: str) -> Bounce | None:
    text = _with_text_files(text, files)[:BOUNCE_TEXT_LIMIT]
    returned = returned_message(root.headers, files, text)
    # A report among other files may have been attached by a person.
    reports = read_reports(files) if report_type or sign > 1 else []
    if reports and all(report.arrived for report in reports):
        return None
    subject, words = comparable(subject), comparable(returned.report[:FAILURE_WORDS_LIMIT])
    if not reports and not _is_bounce(sign, root.headers, subject, words, returned):
        return None
    reports = reports or reports_in(text)
    return _bounce(root.headers, [report for report in reports if not report.arrived], returned, says_delayed(subject, words))


def _report_type(root: Part, files: Sequence[Part]) -> str:
    """`delivery-status`; `other` for receipts and complaints; empty if the message is no report (RFC 6522)."""
    if root.content_type != "multipart/report":
        return ""
    kind = root.parameters.get("report-type", "").lower()
    if kind == "delivery-status" or any(part.content_type in REPORTS for part in files):
        return "delivery-status"
    receipt = any(part.content_type in _RECEIPTS for part in files)
    return "other" if kind or receipt else "delivery-status"


_RECEIPTS = ("message/disposition-notification", "message/feedback-report", "message/tracking-status")


def _with_text_files(text: str, files: Sequence[Part]) -> str:
    """`text` and the texts that came as files: some systems give the report, or the headers, a name."""
    return "\n\n".join((text, *(text_of(part) for part in files if part.content_type == "text/plain")))


def _is_bounce(sign: int, headers: Headers, subject: str, words: str, returned: Returned) -> bool:
    """Weighs the sender's sign, what the message says, and what supports it. `subject` and `words` are comparable."""
    said = failure_weight(subject) + failure_weight(words)
    if said == 0 and "x-failed-recipients" in headers:
        return True
    # An administrator may quote or attach a bounce, but nobody sends an ordinary message back in this way.
    if sign == 1 and (returned.headers is None or sender_sign(returned.headers, "") >= CERTAIN):
        return False
    ours = {address.casefold() for address in _here(headers, returned)}
    names_others = any(address.casefold() not in ours for address in addresses_in(words))
    certain = sign >= CERTAIN and names_others
    if _says_something_else(said, certain, subject, words, returned):
        return False
    evidence = returned.came_back + (names_others and (said == 4 or states_status(words)))
    return sign + said + evidence >= _ENOUGH and (sign >= CERTAIN or evidence > 0)


def _says_something_else(said: int, certain: bool, subject: str, words: str, returned: Returned) -> bool:
    """Whether it is a confirmation, or a notice such as a challenge, which also tell of mail that is not delivered."""
    if failure_weight(words) < 2 and says_arrived(f"{subject} {words}"):
        return True
    beyond_doubt = bool(explicit_status(words)) or (said == 4 and (returned.came_back or certain))
    about = f"{subject.partition(':')[0]} {words}"  # behind the colon stands the subject of the returned message
    return not beyond_doubt and says_something_else(about)


def _bounce(headers: Headers, reports: list[RecipientReport], returned: Returned, delayed: bool) -> Bounce:
    failed = [report for report in reports if report.permanent] or reports
    recipients = tuple(dict.fromkeys(report.address for report in failed if report.address))[:RECIPIENTS_LIMIT]
    status = next((report.status for report in failed if report.status), "") or status_in(returned.report, delayed)
    if status.endswith(".0.0") and (said := explicit_status(returned.report))[:1] == status[0]:
        status = said
    permanent = next((report.permanent for report in failed if report.permanent is not None), None)
    if permanent is None:
        permanent = not delayed and status.startswith("5")
    return Bounce(recipients or _recipients(headers, returned), status, returned.message_id, permanent)


def _recipients(headers: Headers, returned: Returned) -> tuple[str, ...]:
    """The recipients of a report in words: from a header of Exim, from the text, else the only one of what came back."""
    if listed := addresses_in(headers.first("x-failed-recipients")):
        return listed[:RECIPIENTS_LIMIT]
    named = failed_recipients(returned.report, returned.to, _here(headers, returned))
    return named or (returned.to if len(returned.to) == 1 else ())


def _here(headers: Headers, returned: Returned) -> tuple[str, ...]:
    """The addresses that the bounce is for and from, which a report may name without meaning that they failed."""
    return (*addresses_in(headers.first("to")), *addresses_in(headers.first("from")), returned.sender)
