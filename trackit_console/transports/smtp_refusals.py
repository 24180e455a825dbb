"""The errors for replies of an SMTP server.

They follow from the enhanced status code (RFC 3463, RFC 5248), else from a provider's text, else from the reply code
(RFC 5321). The enhanced code comes first because it is the most specific; codes that may mean anything (5.7.0, 5.7.1)
are left out.
"""

from __future__ import annotations

import re
import smtplib
from enum import StrEnum

from trackit_console.transports.errors import (
    AccountLocked,
    AppPasswordNeeded,
    BasicAuthOff,
    EncryptionRequired,
    Greylisted,
    MessageRefused,
    MessageTooLarge,
    PasswordExpired,
    ProtocolBroken,
    ProtocolNotAllowed,
    RecipientMailboxFull,
    RecipientRefused,
    RelayDenied,
    SenderRefused,
    SendingLimitReached,
    ServerBusy,
    ServerRefused,
    SignInBlockedByPolicy,
    SignInNotAllowed,
    SignInRefused,
    SignInRequired,
    SmtpAuthOff,
    TransportError,
    WebLoginRequired,
)

Kind = type[TransportError]


class Command(StrEnum):
    """The command that the server replied to."""

    GREETING = "greeting"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


_SENDING = (Command.MAIL, Command.RCPT, Command.DATA)
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3}\.\d{1,3})\b")

# 7.10 to 7.13 are defined in RFC 5248; 7.14 is seen from Gmail.
_AUTH_CODES: dict[str, Kind] = {
    "7.10": EncryptionRequired,
    "7.11": EncryptionRequired,
    "7.12": PasswordExpired,
    "7.13": AccountLocked,
    "7.14": WebLoginRequired,
    "7.30": BasicAuthOff,
}
# From 7.50 on they are those of Exchange Online.
_SEND_CODES: dict[str, Kind] = {
    "2.1": RecipientRefused,
    "2.2": RecipientMailboxFull,
    "2.3": MessageTooLarge,
    "3.4": MessageTooLarge,
    "4.5": SendingLimitReached,
    "7.10": EncryptionRequired,
    "7.11": EncryptionRequired,
    "7.30": BasicAuthOff,
    "7.54": RelayDenied,
    "7.57": SignInRequired,
    "7.60": SenderRefused,
    "7.64": RelayDenied,
}

# The first match wins, so specific texts come before general ones.
_AUTH_TEXTS: tuple[tuple[str, Kind], ...] = (
    (r"SmtpClientAuthentication is disabled|smtp auth\w* (is )?disabled", SmtpAuthOff),
    (r"basicauthblocked|basic auth\w* (is|has been|was) (disabled|blocked|not supported)", BasicAuthOff),
    (r"conditional access|security defaults|not meet the criteria", SignInBlockedByPolicy),
    (r"\bapp(lication)?[- ]?(specific)?[- ]password|authori[sz]ation code|\u6388\u6743\u7801", AppPasswordNeeded),
    (r"web ?login|web browser|verify your (account|identity)", WebLoginRequired),
    (r"password\b.{0,20}\bexpired|expired password|must (be )?changed? (your |the )?password", PasswordExpired),
    (r"\b(account|user|mailbox|login)\b.{0,40}\b(locked|disabled|suspended|blocked|deactivated|inactive)\b", AccountLocked),
    (r"starttls|encrypt|(ssl|tls) (is )?required", EncryptionRequired),
    (r"(smtp|access|service)\b.{0,30}\b(disabled|not (enabled|allowed|permitted))", ProtocolNotAllowed),
    (
        r"(no permission|not have (access )?(rights|permission)|not (authori[sz]ed|allowed|permitted) to (use|send|relay))",
        ProtocolNotAllowed,
    ),
    (r"too many .{0,30}(attempts|logins|failures)", AccountLocked),
    (r"temporar|try again later|system busy", ServerBusy),
)
_SEND_TEXTS: tuple[tuple[str, Kind], ...] = (
    (r"gr[ea]y-?list", Greylisted),
    (r"unable to relay|(cannot|not|no) relay|relay\w* .{0,20}(denied|prohibited|not (allowed|permitted))", RelayDenied),
    (r"not (permitted|allowed|authori[sz]ed) to relay", RelayDenied),
    (r"SendAsDenied|(permissions?|allowed|authori[sz]ed|right) to send as|not owned by", SenderRefused),
    (r"blocked using|spamhaus|black ?list|block ?list|\bdnsbl|\brbl\b|reverse dns|\bptr record", ServerRefused),
    (
        r"(sending|send|daily|hourly|message|rate|outbound)\b.{0,30}\b(limit|quota)\b.{0,20}\b(exceeded|reached)",
        SendingLimitReached,
    ),
    (r"unusual sending activity", SendingLimitReached),
    (r"exceeded .{0,30}(sending|message|hourly|daily) (limit|quota)", SendingLimitReached),
    (r"(mailbox|inbox|account)\b.{0,20}\bfull|over ?quota|quota exceeded|exceeded .{0,20}(quota|storage)", RecipientMailboxFull),
    (r"(message|size|mail)\b.{0,30}\b(too (large|big)|exceeds)", MessageTooLarge),
    (r"authentication (is )?required|not authenticated|must (be )?(authenticat|sign|log)|(sign|log) ?in first", SignInRequired),
)
_COMPILED = {
    Command.AUTH: [(re.compile(sign, re.IGNORECASE), kind) for sign, kind in _AUTH_TEXTS],
    **{each: [(re.compile(sign, re.IGNORECASE), kind) for sign, kind in _SEND_TEXTS] for each in _SENDING},
}

# RFC 4954 section 6. From 500 to 504 the server does not support AUTH, or not this mechanism.
_AUTH_REPLIES: dict[int, Kind] = {
    432: PasswordExpired,
    500: SignInNotAllowed,
    501: SignInNotAllowed,
    502: SignInNotAllowed,
    503: SignInNotAllowed,
    504: SignInNotAllowed,
    523: EncryptionRequired,
    525: AccountLocked,
    534: SignInNotAllowed,
    538: EncryptionRequired,
}
_DEFAULT: dict[Command, Kind] = {
    Command.GREETING: ServerRefused,
    Command.AUTH: SignInRefused,
    Command.MAIL: SenderRefused,
    Command.RCPT: RecipientRefused,
    Command.DATA: MessageRefused,
}


def kind_of_reply(reply: int, words: str, command: Command) -> Kind:
    """The error class for the code `reply` and the text `words`, sent in reply to `command`."""
    by_status = _by_status(reply, words, command)
    # A temporary failure of AUTH says nothing about the account, whatever its text.
    by_text = None if command is Command.AUTH and reply < 500 else _by_text(words, command)
    return by_status or by_text or _by_reply(reply, words, command)


def _by_status(reply: int, words: str, command: Command) -> Kind | None:
    found = _ENHANCED.search(words)
    if not found or command is Command.GREETING:
        return None
    # Servers greylist with 450 4.7.1; with 550, 5.7.1 may mean anything.
    if command in _SENDING and reply in (450, 451) and found[2] == "7.1":
        return Greylisted
    return (_AUTH_CODES if command is Command.AUTH else _SEND_CODES).get(found[2])


def _by_text(words: str, command: Command) -> Kind | None:
    return next((kind for sign, kind in _COMPILED.get(command, []) if sign.search(words)), None)


def _by_reply(reply: int, words: str, command: Command) -> Kind:
    if command is Command.AUTH and reply in _AUTH_REPLIES:
        return _AUTH_REPLIES[reply]
    if 400 <= reply < 500:
        return ServerBusy
    if reply < 400:  # a positive reply, but not the one that the command requires
        return ProtocolBroken
    # 530 asks for encryption (RFC 3207 section 4) or for sign-in (RFC 4954 section 6).
    if reply == 530:
        return EncryptionRequired if re.search(r"tls|ssl|encrypt", words, re.IGNORECASE) else _sign_in_error(command)
    # 552 is either quota (RFC 5321 section 4.2.2) or the size of the message (RFC 1870 section 6).
    if reply == 552 and command in _SENDING:
        return RecipientMailboxFull if command is Command.RCPT else MessageTooLarge
    return _DEFAULT[command]


def _sign_in_error(command: Command) -> Kind:
    return SignInRequired if command in _SENDING else _DEFAULT[command]


def expect(code: int, text: bytes, *, wanted: int) -> None:
    """Raises SMTPResponseException if the reply is another than `wanted`."""
    if code != wanted:
        raise smtplib.SMTPResponseException(code, text)
