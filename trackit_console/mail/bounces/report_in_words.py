"""Reads the report that a system writes for people: which recipients it names, and what it says of them (MSG-09)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from trackit_console.mail.limits import RECIPIENTS_LIMIT

_LOCAL_PART = r"[A-Za-z0-9.!#$%&*+=?^_{}~'-]{1,64}"
_MAILBOX = rf"({_LOCAL_PART}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,8}})"
_ADDRESS = re.compile(rf"(?<![A-Za-z0-9.!#$%&*+=?^_{{}}~-]){_MAILBOX}")
# An address at the start of its line, or after the word for it, is what the report is about.
_LABEL = (
    r"(?:(?:the )?(?:final-|original-|failed |intended )?"
    r"(?:recipients?|address(?:es)?|rcpt to|user|mailbox|empfänger|destinat\w{1,10}|e-?mail)[ \t]{0,3}[:=][ \t]{0,8})?"
)
_AT_START = re.compile(
    rf"^[ \t>*|•·-]{{0,40}}(?:\d{{1,3}}[.)]? )?{_LABEL}[<(\['\"]{{0,2}}(?:mailto:|smtp:|(?:rfc822|smtp);[ \t]{{0,4}})?{_MAILBOX}",
    re.IGNORECASE | re.MULTILINE,
)
# Exchange repeats whom the message was for, whether or not it reached them.
_SUMMARY = re.compile(r"^[ \t>]{0,40}(?:to|cc|from|sent|an|von|à|de|para|a)[ \t]{0,3}:.*$", re.IGNORECASE | re.MULTILINE)
_RCPT = re.compile(rf"RCPT TO:[ \t]?<({_LOCAL_PART}@[A-Za-z0-9.-]{{1,255}})>", re.IGNORECASE)
_X400 = re.compile(r"(?:smtp|rfc-?822)=", re.IGNORECASE)
_SYSTEMS = re.compile(
    r"(?:postmaster|mailer-daemon|abuse|hostmaster|help-?desk|support|admin\w*|noc|info-?center)@", re.IGNORECASE
)


def addresses_in(text: str) -> tuple[str, ...]:
    """All addresses in `text`, in their order."""
    return _unique(found[1] for found in _ADDRESS.finditer(text))


def failed_recipients(report: str, sent_to: Iterable[str], not_these: Iterable[str]) -> tuple[str, ...]:
    """The recipients that `report` names. `sent_to` are those of the returned message, `not_these` what reads and what sends reports."""
    known = {address.casefold() for address in sent_to}
    others = {address.casefold() for address in not_these} - known
    named = addresses_in(_SUMMARY.sub("", report)) or addresses_in(report)
    named = _preferred(named, lambda address: address.casefold() not in others)
    named = _preferred(named, lambda address: not _SYSTEMS.match(address) or address.casefold() in known)
    leading = {found[1].strip(".'").casefold() for pattern in (_AT_START, _RCPT) for found in pattern.finditer(report)}
    named = _preferred(named, lambda address: address.casefold() in known or address.casefold() in leading)
    return named[:RECIPIENTS_LIMIT]


def _preferred(addresses: tuple[str, ...], wanted: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(address for address in addresses if wanted(address)) or addresses


def _unique(addresses: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for address in addresses:
        plain = _X400.sub("", address.strip(".'"))
        if not plain.startswith("@"):
            seen.setdefault(plain.casefold(), plain)
    return tuple(seen.values())
