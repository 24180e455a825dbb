"""What will stop an account whatever its server answers, as a pill and in sentences (IN-16, IN-17, OUT-02)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import day_text, translated
from trackit_console.console.widgets.pill import Tone
from trackit_console.settings.ews_retirement import EWS_ENDED, ews_ended
from trackit_console.settings.expiry import ExpiryState, expiry_of
from trackit_console.settings.smtp_retirement import SMTP_PASSWORD_ENDS, smtp_password_ends


def warning_pill(account: BaseModel, now: datetime) -> tuple[Tone, str] | None:
    """What will stop, or stops, an account whatever its server answers: its credential expires, or EWS ended (IN-16, IN-17)."""
    expiry = expiry_of(account, now.astimezone().date())
    if expiry is not None and expiry.state is ExpiryState.EXPIRED:
        return "bad", _EXPIRED[expiry.certificate]()
    if ews_ended(account):
        return "warn", QCoreApplication.translate("status_pills", "EWS has ended")
    if expiry is not None and expiry.state is ExpiryState.EXPIRES_SOON:
        return "warn", _EXPIRES[expiry.certificate]().format(day=day_text(expiry.day))
    return None


_EXPIRED = {
    False: lambda: QCoreApplication.translate("status_pills", "Secret expired"),
    True: lambda: QCoreApplication.translate("status_pills", "Certificate expired"),
}
_EXPIRES = {
    False: lambda: QCoreApplication.translate("status_pills", "Secret expires {day}"),
    True: lambda: QCoreApplication.translate("status_pills", "Certificate expires {day}"),
}


def account_warnings(account: BaseModel, now: datetime) -> list[str]:
    """The sentences behind `warning_pill`, and that a password is ending (OUT-02), with what to do."""
    expiry = expiry_of(account, now.astimezone().date())
    phrases = [
        expiry.warning if expiry else None,
        EWS_ENDED if ews_ended(account) else None,
        SMTP_PASSWORD_ENDS if smtp_password_ends(account) else None,
    ]
    return [translated(each) for each in phrases if each is not None]
