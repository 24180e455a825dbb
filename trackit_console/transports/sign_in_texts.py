"""What well-known providers write when they refuse a sign-in or a connection, for IMAP and POP3 alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trackit_console.transports.errors import (
    AccountBusy,
    AccountLocked,
    AccountThrottled,
    AppPasswordNeeded,
    BasicAuthOff,
    ClientCertificateWanted,
    PasswordExpired,
    ProtocolNotAllowed,
    ServerBusy,
    ServerRefused,
    SignInBlockedByPolicy,
    SignInNotAllowed,
    SignInRefused,
    TransportError,
    WebLoginRequired,
)

Kind = type[TransportError]
Texts = tuple[tuple[str, Kind], ...]

# The first match wins, so specific texts come before general ones.
SIGN_IN_TEXTS: Texts = (
    # Yandex sends this for a wrong password and if IMAP or POP3 is switched off; the remedy of `SignInRefused` names both.
    (r"invalid credentials or|login failure or", SignInRefused),
    (r"basicauthblocked|basic auth\w* (is|has been|was) (disabled|blocked|not supported)", BasicAuthOff),
    (r"conditional access|security defaults|not meet the criteria", SignInBlockedByPolicy),
    # The Chinese words mean "authorization code" (QQ, NetEase); Mail.ru writes its Russian ones in Latin letters.
    (
        r"\bapp(lication)?[- ]?(specific)?[- ]password|authori[sz]ation code|\u6388\u6743\u7801|parol prilozheniya",
        AppPasswordNeeded,
    ),
    (r"web ?login|web browser|verify your (account|identity)", WebLoginRequired),
    (r"password\b.{0,20}\bexpired|expired password|must (be )?changed? (your |the )?password", PasswordExpired),
    (r"too many (simultaneous |concurrent )?(connections|sessions)|(maximum|max\.?) (number of )?connections", AccountBusy),
    (r"too many .{0,30}(attempts|logins|failures)|(rate|bandwidth|command) limit", AccountThrottled),
    (r"\b(account|user|mailbox|login)\b.{0,40}\b(locked|disabled|suspended|blocked|deactivated|inactive)\b", AccountLocked),
    (r"(imap|pop3?|access|protocol)\b.{0,30}\b(disabled|not (enabled|allowed|permitted)|turned off)", ProtocolNotAllowed),
    (
        r"not (enabled|allowed|permitted|authori[sz]ed) (for|to use|to access)|enable (imap|pop)|authenticated but not connected",
        ProtocolNotAllowed,
    ),
    (r"client.{0,30}certificate", ClientCertificateWanted),
    (r"plain-?text.{0,30}(disallowed|disabled|not allowed)|(ssl|tls|encryption|secure connection) (is )?requi", SignInNotAllowed),
    (r"unavailable|temporar|try (again )?later|system busy|internal error", ServerBusy),
)
GREETING_TEXTS: Texts = (
    (r"blocked|black ?list|banned|denied|not allowed|refused", ServerRefused),
    (r"client.{0,30}certificate", ClientCertificateWanted),
)


class KnownTexts:
    """Texts by which a refusal is recognized, in the order in which they are tried."""

    def __init__(self, texts: Iterable[tuple[str, Kind]]) -> None:
        self._texts = [(re.compile(sign, re.IGNORECASE), kind) for sign, kind in texts]

    def kind_of(self, words: str) -> Kind | None:
        """The error class for the first text that occurs in `words`."""
        return next((kind for sign, kind in self._texts if sign.search(words)), None)
