"""The grammar of addresses, message ids and dates in RFC 5322 (section 3), without its obsolete forms."""

from __future__ import annotations

import re
from datetime import datetime

ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]"  # non-ASCII by RFC 6532; that it needs SMTPUTF8 is checked apart
ATOM = rf"{ATEXT}+"
DOT_ATOM = rf"{ATOM}(?:\.{ATOM})*"
QUOTED = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e\t\u0080-\U0010ffff]|\\[\x20-\x7e\t])*"'
DOMAIN = rf"(?:{DOT_ATOM}|\[[\x21-\x5a\x5e-\x7e]*\])"
COMMENTS = r"(?:[ \t]|\((?:[^()\\]|\\.)*\))*"
WORD = rf"(?:{ATOM}|{QUOTED})"
PHRASE = rf"{WORD}(?:{COMMENTS}{WORD})*"
ADDRESS = rf"(?:{DOT_ATOM}|{QUOTED})@{DOMAIN}"
MAILBOX = rf"{COMMENTS}(?:(?:{PHRASE}{COMMENTS})?<{ADDRESS}>|{ADDRESS}){COMMENTS}"
MAILBOXES = rf"{MAILBOX}(?:,{MAILBOX})*"
GROUP = rf"{COMMENTS}{PHRASE}{COMMENTS}:(?:{MAILBOXES}|{COMMENTS});{COMMENTS}"
ADDRESS_LIST = re.compile(rf"(?:{MAILBOX}|{GROUP})(?:,(?:{MAILBOX}|{GROUP}))*")
ONE_MAILBOX = re.compile(MAILBOX)
MAILBOX_LIST = re.compile(MAILBOXES)
MESSAGE_ID = rf"<{DOT_ATOM}@{DOMAIN}>"
ONE_MESSAGE_ID = re.compile(rf"{COMMENTS}{MESSAGE_ID}{COMMENTS}")
MESSAGE_IDS = re.compile(rf"{COMMENTS}{MESSAGE_ID}(?:{COMMENTS}{MESSAGE_ID})*{COMMENTS}")
DATE = re.compile(
    r"\s*(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun),)?\s+(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d:\d\d(?::\d\d)?) ([+-]\d{4})(?:\s+\([^()]*\))?\s*"
)
SPEC = re.compile(rf"({DOT_ATOM}|{QUOTED})@({DOMAIN})")
LOCAL_OCTETS, DOMAIN_OCTETS, LABEL_OCTETS = 64, 255, 63
"""RFC 5321 section 4.5.3.1, RFC 1035 section 2.3.4."""


def address_faults(name: str, value: str) -> list[str]:
    """The faults of an address field; From takes no group (RFC 5322 section 3.6.2), Sender one mailbox."""
    grammar = {"from": MAILBOX_LIST, "sender": ONE_MAILBOX}.get(name.lower(), ADDRESS_LIST)
    if not grammar.fullmatch(value):
        return [f"{name}: not a list of addresses: {value.strip()!r}"]
    return [f"{name}: {fault}" for local, domain in _specs(value) for fault in _too_long(local, domain)]


def mailboxes_in(value: str) -> int:
    """How many mailboxes an address field names."""
    return len(_specs(value))


def date_fault(value: str) -> str:
    """What is wrong with a date-time (RFC 5322 section 3.3), empty if nothing is."""
    match = DATE.fullmatch(value)
    if match is None:
        return "not a date of RFC 5322"
    weekday, day, month, year, time, zone = match.groups()
    try:
        moment = datetime.strptime(f"{day} {month} {year} {time:0<8} {zone}".replace(":0000", ":00"), "%d %b %Y %H:%M:%S %z")
    except ValueError:
        return "no such date"
    return f"not a {weekday}" if weekday and f"{moment:%a}" != weekday else ""


def _specs(value: str) -> list[tuple[str, str]]:
    without_names = re.sub(rf"{QUOTED}(?!@)|\([^()]*\)", " ", value)
    return SPEC.findall(without_names)


def _too_long(local: str, domain: str) -> list[str]:
    faults = []
    if len(local.encode()) > LOCAL_OCTETS:
        faults.append(f"the part before @ has more than {LOCAL_OCTETS} octets")
    if len(domain.encode()) > DOMAIN_OCTETS or any(len(label.encode()) > LABEL_OCTETS for label in domain.split(".")):
        faults.append("the domain is too long")
    return faults
