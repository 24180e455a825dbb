"""States of outgoing mail, and what happened to one, in words (OUT-06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import moment, translated
from trackit_console.console.timeline_text import Event
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.effects import MailKind
from trackit_console.domain.outgoing_mail import MailState, MailStep
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.store.outbox_views import OutboxEntry, OutboxTry, OutboxView

STATE_TONES: dict[MailState, Tone] = {
    MailState.WAITING: "warn",
    MailState.SENT: "ok",
    MailState.FAILED: "bad",
    MailState.DISCARDED: "dim",
}


def state_text(state: MailState) -> str:
    """A state as a pill says it."""
    return {
        MailState.WAITING: QCoreApplication.translate("outgoing_mail_text", "Waiting"),
        MailState.SENT: QCoreApplication.translate("outgoing_mail_text", "Sent"),
        MailState.FAILED: QCoreApplication.translate("outgoing_mail_text", "Failed"),
        MailState.DISCARDED: QCoreApplication.translate("outgoing_mail_text", "Discarded"),
    }[state]


def kind_text(view: OutboxView) -> str:
    """What sends the mail: the name of the notification, rule or report, else its kind."""
    return (
        view.by
        or {
            MailKind.NOTIFICATION: QCoreApplication.translate("outgoing_mail_text", "Notification"),
            MailKind.REPLY: QCoreApplication.translate("outgoing_mail_text", "Reply to an email command"),
            MailKind.REPORT: QCoreApplication.translate("outgoing_mail_text", "Report"),
            MailKind.ALERT: QCoreApplication.translate("outgoing_mail_text", "Alert"),
        }[view.kind]
    )


def error_text(view: OutboxView) -> str:
    """Why the mail was not sent, or not to everybody; empty if there is nothing to say."""
    return " ".join(translated(reason_phrase(each)) for each in view.error)


def events(entry: OutboxEntry, now: datetime) -> Iterator[Event]:
    """What happened to a mail, in its order, to its present state."""
    view = entry.view
    asked = QCoreApplication.translate("outgoing_mail_text", "Asked for by “{name}”").format(name=kind_text(view))
    yield Event("●", asked, moment(view.at, now))
    for step in entry.steps:
        yield Event("●" if step.what is MailStep.SENT else "◆", _step_text(step), moment(step.at, now))
    if view.state is MailState.WAITING and view.next_try_at is not None:
        words = QCoreApplication.translate("outgoing_mail_text", "Is tried next at {when}")
        yield Event("○", words.format(when=moment(view.next_try_at, now)))


def _step_text(step: OutboxTry) -> str:
    words = {
        MailStep.TRIED: QCoreApplication.translate("outgoing_mail_text", "Tried by {who}, and not sent yet."),
        MailStep.SENT: QCoreApplication.translate("outgoing_mail_text", "Handed over to the mail server by {who}."),
        MailStep.REFUSED: QCoreApplication.translate("outgoing_mail_text", "Refused for a recipient."),
        MailStep.FAILED: QCoreApplication.translate("outgoing_mail_text", "Given up."),
        MailStep.RETRIED: QCoreApplication.translate("outgoing_mail_text", "{who} had it tried again."),
        MailStep.DISCARDED: QCoreApplication.translate("outgoing_mail_text", "{who} discarded it."),
    }[step.what].format(who=step.actor)
    return " ".join([words, *(translated(reason_phrase(each)) for each in step.reasons)])
