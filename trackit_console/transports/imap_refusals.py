"""The errors for refusals of an IMAP server: by response code (RFC 5530, RFC 9051), then by texts of well-known providers.

The codes AUTHENTICATIONFAILED and ALERT are too general to decide, so the text decides for those.
"""

from __future__ import annotations

import re

from trackit_console.transports.errors import (
    AccountBusy,
    AccountLocked,
    AccountThrottled,
    AppPasswordNeeded,
    BasicAuthOff,
    ClientCertificateWanted,
    FolderInUse,
    FolderMissing,
    FolderReadOnly,
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
from trackit_console.transports.steps import StepName

Kind = type[TransportError]

_RESPONSE_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)[ \]]")

ANY_TIME: dict[str, Kind] = {
    "UNAVAILABLE": ServerBusy,
    "SERVERBUG": ServerBusy,
    "LIMIT": AccountBusy,
    "OVERQUOTA": AccountThrottled,  # Gmail sends it for its bandwidth limit
    "THROTTLED": AccountThrottled,
}
CODES: dict[StepName, dict[str, Kind]] = {
    StepName.SIGN_IN: {
        **ANY_TIME,
        "INUSE": AccountBusy,
        "EXPIRED": PasswordExpired,
        "CONTACTADMIN": AccountLocked,
        "AUTHORIZATIONFAILED": ProtocolNotAllowed,
        "NOPERM": ProtocolNotAllowed,
        "PRIVACYREQUIRED": SignInNotAllowed,
        "WEBALERT": WebLoginRequired,
    },
    StepName.FOLDER: {
        **ANY_TIME,
        "INUSE": FolderInUse,
        "NONEXISTENT": FolderMissing,
        "TRYCREATE": FolderMissing,
        "NOPERM": FolderReadOnly,
    },
}

# The first match wins, so specific texts come before general ones.
_SIGN_IN_TEXTS: tuple[tuple[str, Kind], ...] = (
    # Yandex sends this for a wrong password and if IMAP is switched off; the remedy of `SignInRefused` names both.
    (r"invalid credentials or", SignInRefused),
    (r"basicauthblocked|basic auth\w* (is|has been|was) (disabled|blocked|not supported)", BasicAuthOff),
    (r"conditional access|security defaults|not meet the criteria", SignInBlockedByPolicy),
    # The Chinese words mean "authorization code" (QQ, NetEase).
    (r"\bapp(lication)?[- ]?(specific)?[- ]password|authori[sz]ation code|\u6388\u6743\u7801", AppPasswordNeeded),
    (r"web ?login|web browser|verify your (account|identity)", WebLoginRequired),
    (r"password\b.{0,20}\bexpired|expired password|must (be )?changed? (your |the )?password", PasswordExpired),
    (r"too many (simultaneous |concurrent )?(connections|sessions)|(maximum|max\.?) (number of )?connections", AccountBusy),
    (r"too many .{0,30}(attempts|logins|failures)|(rate|bandwidth|command) limit", AccountThrottled),
    (r"\b(account|user|mailbox|login)\b.{0,40}\b(locked|disabled|suspended|blocked|deactivated|inactive)\b", AccountLocked),
    (r"(imap|pop3?|access|protocol)\b.{0,30}\b(disabled|not (enabled|allowed|permitted)|turned off)", ProtocolNotAllowed),
    (
        r"not (enabled|allowed|permitted|authori[sz]ed) (for|to use|to access)|enable imap|authenticated but not connected",
        ProtocolNotAllowed,
    ),
    (r"client.{0,30}certificate", ClientCertificateWanted),
    (r"plain-?text.{0,30}(disallowed|disabled|not allowed)|(ssl|tls|encryption) (is )?required", SignInNotAllowed),
    (r"unavailable|temporar|try (again )?later|system busy|internal error", ServerBusy),
)
_FOLDER_TEXTS: tuple[tuple[str, Kind], ...] = ((r"authenticated but not connected", ProtocolNotAllowed),)
_GREETING_TEXTS: tuple[tuple[str, Kind], ...] = (
    (r"blocked|black ?list|banned|denied|not allowed|refused", ServerRefused),
    (r"client.{0,30}certificate", ClientCertificateWanted),
)
_TEXTS = {
    step: [(re.compile(sign, re.IGNORECASE), kind) for sign, kind in texts]
    for step, texts in (
        (StepName.CONNECT, _GREETING_TEXTS),
        (StepName.TLS, _GREETING_TEXTS),
        (StepName.SIGN_IN, _SIGN_IN_TEXTS),
        (StepName.FOLDER, _FOLDER_TEXTS),
    )
}


def response_codes(words: str) -> list[str]:
    """The response codes in a server's text, in order."""
    return _RESPONSE_CODE.findall(words.upper())


def kind_of_refusal(words: str, step: StepName) -> Kind | None:
    """The error class for a refusal in the phase `step`, None if neither a code nor its text is known."""
    codes = CODES.get(step, ANY_TIME)
    by_code = next((codes[code] for code in response_codes(words) if code in codes), None)
    return by_code or next((kind for sign, kind in _TEXTS.get(step, []) if sign.search(words)), None)
