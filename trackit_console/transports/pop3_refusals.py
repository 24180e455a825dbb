"""The errors for refusals of a POP3 server: by response code (RFC 2449, RFC 3206), then by texts of well-known providers.

The code AUTH covers everything from a wrong password to a policy (RFC 3206 section 5), and SYS/PERM anything that
somebody must mend, so the text decides for those first.
"""

from __future__ import annotations

import re

from trackit_console.transports.errors import (
    AccountBusy,
    AccountThrottled,
    FolderRefused,
    ServerBusy,
    SignInNotAllowed,
    SignInRefused,
)
from trackit_console.transports.sign_in_texts import GREETING_TEXTS, SIGN_IN_TEXTS, Kind, KnownTexts, Texts
from trackit_console.transports.step_names import StepName

# A code may have levels, of which a client may know only the first (RFC 2449 section 8).
_RESPONSE_CODE = re.compile(r"(?:^|-ERR\s+)\[([A-Z0-9/._-]+)[^\]]*\]")

CODES: dict[str, Kind] = {
    "IN-USE": AccountBusy,
    "LOGIN-DELAY": AccountThrottled,
    "SYS/TEMP": ServerBusy,
}
CODES_AFTER_TEXTS: dict[str, Kind] = {
    "AUTH": SignInRefused,
    "SYS/PERM": FolderRefused,
    "SYS": ServerBusy,
}

# POP3 locks the mailbox for one session, which older servers tell without a code; "locked" alone would be the account.
_BUSY_TEXTS: Texts = (
    (
        r"\block(ed)? (busy|by)|(unable|failed|cannot|can't|could not|couldn't) (to )?(get |obtain |acquire )?(a )?lock",
        AccountBusy,
    ),
    (r"mail ?(drop|box)\b.{0,30}\b(in use|already (open|locked)|lock(ed)? by)|(already|currently) (in use|locked)", AccountBusy),
    (r"another (pop3? )?(session|client|connection)|maximum connection limit", AccountBusy),
    (r"login (is )?allowed only every|exceeded the login limit|login(s)? too (frequent|often)", AccountThrottled),
)
# Exchange says so of USER on a connection in clear, others of a command that they do not have.
_NOT_ALLOWED_TEXTS: Texts = ((r"command is not valid|(unknown|unrecogni[sz]ed|invalid|bad) command", SignInNotAllowed),)
_TEXTS: dict[StepName, KnownTexts] = {
    StepName.CONNECT: KnownTexts((*_BUSY_TEXTS, *GREETING_TEXTS)),
    StepName.TLS: KnownTexts((*_BUSY_TEXTS, *GREETING_TEXTS)),
    StepName.SIGN_IN: KnownTexts((*_BUSY_TEXTS, *SIGN_IN_TEXTS, *_NOT_ALLOWED_TEXTS)),
    StepName.FOLDER: KnownTexts(_BUSY_TEXTS),
}


def response_code(words: str) -> str:
    """The response code at the beginning of a server's text, empty if there is none."""
    found = _RESPONSE_CODE.search(words.upper())
    return found[1] if found else ""


def kind_of_refusal(words: str, step: StepName) -> Kind | None:
    """The error class for a refusal in the phase `step`, None if neither a code nor its text is known."""
    code = response_code(words)
    by_text = _TEXTS[step].kind_of(words) if step in _TEXTS else None
    return CODES.get(code) or by_text or CODES_AFTER_TEXTS.get(code) or CODES_AFTER_TEXTS.get(code.partition("/")[0])
