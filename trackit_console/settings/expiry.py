"""When the client secret or the certificate of an account expires, and what is said of it (IN-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel

from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

WARNING_DAYS = 30


class ExpiryState(StrEnum):
    """Whether the admin has to act."""

    VALID = "valid"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last day of a credential. `days_left` is 0 on that day and negative afterwards."""

    day: date
    days_left: int
    certificate: bool

    @property
    def state(self) -> ExpiryState:
        """Expired from the day after, expiring soon for the `WARNING_DAYS` before."""
        if self.days_left < 0:
            return ExpiryState.EXPIRED
        return ExpiryState.EXPIRES_SOON if self.days_left <= WARNING_DAYS else ExpiryState.VALID

    @property
    def warning(self) -> Phrase | None:
        """What happens when, and what to do; None while there is nothing to do."""
        sentence = _WARNINGS.get((self.state, self.certificate))
        return Phrase(CONTEXT, sentence, {"day": self.day}) if sentence else None


_WARNINGS = {
    (ExpiryState.EXPIRES_SOON, False): QT_TRANSLATE_NOOP(
        "settings",
        "The client secret expires on {day}. Create a new one in Microsoft Entra and enter its value and its expiry here before that day.",
    ),
    (ExpiryState.EXPIRES_SOON, True): QT_TRANSLATE_NOOP(
        "settings",
        "The certificate expires on {day}. Upload a new one to the app registration in Microsoft Entra and choose its file here before that day.",
    ),
    (ExpiryState.EXPIRED, False): QT_TRANSLATE_NOOP(
        "settings",
        "The client secret expired on {day}. Create a new one in Microsoft Entra and enter its value and its expiry here.",
    ),
    (ExpiryState.EXPIRED, True): QT_TRANSLATE_NOOP(
        "settings",
        "The certificate expired on {day}. Upload a new one to the app registration in Microsoft Entra and choose its file here.",
    ),
}


def expiry_of(account: BaseModel, today: date) -> Expiry | None:
    """The expiry of a mailbox's or the outgoing account's credential; None if it has none, or nobody entered the day."""
    day = getattr(account, "secret_expires", None)
    if not isinstance(day, date):  # None, or changed by hand in the database
        return None
    return Expiry(day, (day - today).days, bool(getattr(account, "certificate_file", None)))
