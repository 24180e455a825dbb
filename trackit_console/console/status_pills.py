"""States as pills: what the header and the lists say about mailboxes and the monitor (T-03, IN-15)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import day_text, label, translated
from trackit_console.console.widgets.pill import Tone
from trackit_console.monitor.kept_sentences import problem_phrases
from trackit_console.settings.ews_retirement import EWS_ENDED, ews_ended
from trackit_console.settings.expiry import ExpiryState, expiry_of
from trackit_console.settings.smtp_retirement import SMTP_PASSWORD_ENDS, smtp_password_ends
from trackit_console.settings.validation import Finding

if TYPE_CHECKING:
    from trackit_console.domain.polling import MailboxState
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.snapshot import Snapshot


def monitor_pill(snapshot: Snapshot) -> tuple[Tone, str]:
    """The monitor as a whole."""
    host = snapshot.running
    # First: a monitor that runs with old settings looks well otherwise.
    if snapshot.restart_needed:
        return "warn", QCoreApplication.translate("status_pills", "Restart needed")
    if host is not None and snapshot.wanted.running:
        return "ok", QCoreApplication.translate("status_pills", "Monitor running")
    if snapshot.wanted.running:
        return "warn", QCoreApplication.translate("status_pills", "Monitor starting")
    if host is not None:
        return "warn", QCoreApplication.translate("status_pills", "Monitor stopping")
    return "bad", QCoreApplication.translate("status_pills", "Monitor stopped")


def mailbox_pill(mailbox: Stored[Mailbox], state: MailboxState | None, now: datetime) -> tuple[Tone, str]:
    """One mailbox: whether its settings can be used, enabled or not, and how its last visit went."""
    if mailbox.findings:
        return "bad", QCoreApplication.translate("status_pills", "Settings wrong")
    if not mailbox.value.enabled:
        return "dim", QCoreApplication.translate("status_pills", "Disabled")
    error, warning = state.error if state else None, warning_pill(mailbox.value, now)
    # An expired secret is why the sign-in is refused, and says more; it does not explain a server that was not found.
    if error is not None and not (warning and warning[0] == "bad" and error.step == "sign_in"):
        return "bad", failure_text(error.step)
    if warning is not None:
        return warning
    if state is None or state.last_poll_at is None:
        return "dim", QCoreApplication.translate("status_pills", "Not checked yet")
    return "ok", QCoreApplication.translate("status_pills", "Working")


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


def mailbox_problem(mailbox: Stored[Mailbox], state: MailboxState | None, now: datetime) -> str:
    """Why a mailbox fails or soon will, and what to do, in sentences; empty while all is well."""
    if mailbox.findings:
        return problem_of_settings(mailbox)
    sentences: list[str] = []
    if state is not None and state.error is not None:
        summary, remedy = problem_phrases(state.error.context, state.error.code, state.error.facts)
        sentences = [translated(summary), state.error.detail, translated(remedy)]
    return "\n".join(part for part in (*sentences, *account_warnings(mailbox.value, now)) if part)


def definition_pill(stored: Stored[Any]) -> tuple[Tone, str]:
    """A notification, rule, service level, report or schedule: whether its settings can be used, enabled or not."""
    if stored.findings:
        return "bad", QCoreApplication.translate("status_pills", "Settings wrong")
    if not stored.value.enabled:
        return "dim", QCoreApplication.translate("status_pills", "Disabled")
    return "ok", QCoreApplication.translate("status_pills", "Enabled")


def problem_of_settings(stored: Stored[Any]) -> str:
    """What is wrong with stored settings, a line for each field."""
    return "\n".join(_finding_text(type(stored.value), each) for each in stored.findings)


def _finding_text(model: type[BaseModel], found: Finding) -> str:
    field = model.model_fields.get(found.field)
    title = label(field.title or "") if field else ""
    return f"{title}: {translated(found.message)}" if title else translated(found.message)


def failure_text(step: str) -> str:
    """What failed, short enough for a pill; the whole sentence stands beside it."""
    return {
        "resolve": QCoreApplication.translate("status_pills", "Server not found"),
        "connect": QCoreApplication.translate("status_pills", "No connection"),
        "tls": QCoreApplication.translate("status_pills", "No secure connection"),
        "sign_in": QCoreApplication.translate("status_pills", "Sign-in refused"),
        "folder": QCoreApplication.translate("status_pills", "Folder trouble"),
        "settings": QCoreApplication.translate("status_pills", "Settings wrong"),
        "database": QCoreApplication.translate("status_pills", "Database trouble"),
    }.get(step, QCoreApplication.translate("status_pills", "Failing"))
