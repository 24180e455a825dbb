"""The errors for refusals of an IMAP server: by response code (RFC 5530, RFC 9051), then by texts of well-known providers.

The codes AUTHENTICATIONFAILED and ALERT are too general to decide, so the text decides for those.
"""

from __future__ import annotations

import re

from trackit_console.transports.errors import (
    AccountBusy,
    AccountLocked,
    AccountThrottled,
    FolderInUse,
    FolderMissing,
    FolderReadOnly,
    PasswordExpired,
    ProtocolNotAllowed,
    ServerBusy,
    SignInNotAllowed,
    WebLoginRequired,
)
from trackit_console.transports.sign_in_texts import GREETING_TEXTS, SIGN_IN_TEXTS, Kind, KnownTexts, Texts
from trackit_console.transports.step_names import StepName

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

_FOLDER_TEXTS: Texts = ((r"authenticated but not connected", ProtocolNotAllowed),)
_TEXTS: dict[StepName, KnownTexts] = {
    StepName.CONNECT: KnownTexts(GREETING_TEXTS),
    StepName.TLS: KnownTexts(GREETING_TEXTS),
    StepName.SIGN_IN: KnownTexts(SIGN_IN_TEXTS),
    StepName.FOLDER: KnownTexts(_FOLDER_TEXTS),
}


def response_codes(words: str) -> list[str]:
    """The response codes in a server's text, in order."""
    return _RESPONSE_CODE.findall(words.upper())


def kind_of_refusal(words: str, step: StepName) -> Kind | None:
    """The error class for a refusal in the phase `step`, None if neither a code nor its text is known."""
    codes = CODES.get(step, ANY_TIME)
    by_code = next((codes[code] for code in response_codes(words) if code in codes), None)
    by_text = _TEXTS[step].kind_of(words) if step in _TEXTS else None
    return by_code or by_text
