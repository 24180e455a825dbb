"""States as pills: what the header and the lists say about mailboxes and the monitor (T-03, IN-15)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trackit_console.console.account_warnings import account_warnings, warning_pill
from trackit_console.console.display_text import translated
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.console.widgets.pill import Tone
from trackit_console.user_messages import problem_phrases

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


def mailbox_problem(mailbox: Stored[Mailbox], state: MailboxState | None, now: datetime) -> str:
    """Why a mailbox fails or soon will, and what to do, in sentences; empty while all is well."""
    if mailbox.findings:
        return problem_of_settings(mailbox)
    sentences: list[str] = []
    if state is not None and state.error is not None:
        summary, remedy = problem_phrases(state.error.context, state.error.code, state.error.facts)
        sentences = [translated(summary), state.error.detail, translated(remedy)]
    return "\n".join(part for part in (*sentences, *account_warnings(mailbox.value, now)) if part)


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
