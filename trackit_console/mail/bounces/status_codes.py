"""Finds the status of a failed delivery in text (RFC 3463): a code, an SMTP reply (RFC 5321), or words that mean one."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![\d./-])([245]\.[0-7]\.\d{1,3})(?![\d/]|\.\d)")
_REPLY_AND_CODE = re.compile(
    r"(?<![\d.])[45][0-5]\d[ -]+(?:[^\w\n]{0,3})([45]\.[0-7]\.\d{1,3})(?![\d/]|\.\d)|#([45]\.[0-7]\.\d{1,3})(?![\d/]|\.\d)"
)
_REPLY = re.compile(
    r"(?:^[ \t>*|]{0,20}|[:;>(\[\]'\"=] ?|(?:error|code|said|status|response|smtp|reply|reason|with) )([45][0-5]\d)(?=[ :;,.)\]'\"-]|$)",
    re.IGNORECASE | re.MULTILINE,
)
# The order matters: the first that occurs anywhere counts, and what is said of a mailbox is more exact than a refusal.
_WORDS = (
    # Mailbox full
    (".2.2", r"mailbox (?:is )?(?:full|over)|over ?quota|quota exceeded|exceed\w* (?:\w+ ){0,3}(?:quota|mailbox|storage)|disk quota"
             r"|(?:mailbox|account|inbox) has exceeded|out of (?:disk )?space|size limit of the mailbox|mailbox (?:is )?vol\b"
             r"|postfach (?:ist )?(?:voll|überfüllt)|boîte (?:\w+ ){0,3}pleine|buzón (?:\w+ )?lleno|caixa (?:\w+ ){0,3}cheia"
             r"|casella (?:\w+ ){0,3}piena|переполнен|一杯|已满"),
    # Mailbox disabled
    (".2.1", r"(?:mailbox|account|user|address)(?: is| has been)? (?:currently )?(?:disabled|inactive|suspended|deactivated|expired)"
             r"|inactive user"),
    # No such mailbox
    (".1.1", r"user (?:is )?unknown|unknown (?:user|recipient|address|mailbox|local)|invalid (?:user|recipient|mailbox|address)"
             r"|no such (?:user|recipient|mailbox|address|person|account|local)|no mailbox|not a valid (?:user|mailbox|recipient)"
             r"|(?:mailbox|recipient|address|account|user)[^\n]{0,60} (?:not found|does ?n[o']t exist|not exist|unknown|not known)"
             r"|user (?:not found|does ?n[o']t exist)|mailbox unavailable|does ?n[o']t have an? [^\n]{0,30}account|not our customer"
             r"|not listed in|recipient (?:address )?rejected|unrouteable address|addressee unknown|existiert nicht|inconnu|no existe"
             r"|(?:benutzer|empfänger|nutzer) unbekannt|não existe|desconocido|desconhecido|sconosciut|non esiste|bestaat niet"
             r"|onbekend|не существует|не найден|宛先不明|存在し|不存在"),
    # No such domain
    (".1.2", r"host (?:or domain name )?(?:unknown|not found|name lookup)|unknown (?:host|domain)|no such (?:host|domain)"
             r"|domain (?:not found|does ?n[o']t exist)|could ?n[o']t find any host|name server|unrouteable|nxdomain|bad domain"),
    # Message too large
    (".3.4", r"message (?:\w+ )?(?:too (?:big|large|long)|size exceeds|exceeds)|size limit|too large"),
    # Time ran out
    (".4.7", r"timed? ?out|expired|retry time|too long|could ?n[o']t connect|connection refused|no route|not responding|in the queue"),
    # Refused by policy
    (".7.1", r"spam|blocked sender|message (?:was |has been )?blocked|(?:was|been|is) blocked|blacklist|black list|block list|policy"
             r"|access denied|not (?:allowed|permitted|authori[sz]ed)|relay(?:ing)? (?:denied|not|access)|virus (?:found|detected|infected)"),
)  # fmt: skip
_MEANINGS = tuple((rest, re.compile(words, re.IGNORECASE)) for rest, words in _WORDS)
_BY_REPLY = {"552": "5.2.2", "452": "4.2.2"}


def explicit_status(text: str) -> str:
    """The first status code in `text`, empty if there is none. One beside an SMTP reply beats one that stands alone."""
    found = _REPLY_AND_CODE.search(text)
    if found:
        return found[1] or found[2]
    found = next((code for code in _CODE.finditer(text) if code[1][0] != "2"), None)
    return found[1] if found else ""


def states_status(text: str) -> bool:
    """Whether `text` has a status code or an SMTP reply of a failure."""
    return bool(explicit_status(text) or _REPLY.search(text))


def status_in(text: str, delayed: bool) -> str:
    """The status that `text` states or means: `5.0.0`, or `4.0.0` for a delay, if it only says that delivery failed."""
    if status := explicit_status(text):
        return status
    reply = _REPLY.search(text)
    digit = reply[1][0] if reply else "4" if delayed else "5"
    for rest, words in _MEANINGS:
        if words.search(text):
            return digit + rest
    return (_BY_REPLY.get(reply[1]) if reply else None) or f"{digit}.0.0"
