"""What became of a message, in words (RUN-08)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import RecordRef
from trackit_console.store.activity_views import ActivityView

OUTCOME_TONES: dict[Outcome, Tone] = {
    Outcome.CREATED: "ok",
    Outcome.NOTED: "ok",
    Outcome.COMMANDED: "ok",
    Outcome.FILTERED: "dim",
    Outcome.REFUSED: "dim",
    Outcome.IGNORED: "dim",
    Outcome.QUARANTINED: "warn",
}


def outcome_text(what: ActivityView | Outcome) -> str:
    """An outcome as a pill says it, with the record where there is one."""
    outcome, ref = (what.outcome, what.record) if isinstance(what, ActivityView) else (what, None)
    record = f"{ref.module.value} {ref.id}" if ref else ""
    if record and outcome is Outcome.NOTED:
        return QCoreApplication.translate("timeline_text", "Note on {record}").format(record=record)
    if record and outcome is Outcome.CREATED:
        return record
    return {
        Outcome.CREATED: QCoreApplication.translate("timeline_text", "New ticket"),
        Outcome.NOTED: QCoreApplication.translate("timeline_text", "Note"),
        Outcome.COMMANDED: QCoreApplication.translate("timeline_text", "Command done"),
        Outcome.FILTERED: QCoreApplication.translate("timeline_text", "Filtered"),
        Outcome.REFUSED: QCoreApplication.translate("timeline_text", "Refused"),
        Outcome.IGNORED: QCoreApplication.translate("timeline_text", "Taken before"),
        Outcome.QUARANTINED: QCoreApplication.translate("timeline_text", "Set aside"),
    }[outcome]


def decided_text(outcome: Outcome, record: RecordRef | None) -> str:
    """What became of a message that was set aside, as a sentence."""
    name = f"{record.module.value} {record.id}" if record else ""
    words = {
        Outcome.CREATED: QCoreApplication.translate("timeline_text", "The message is the new {record} now."),
        Outcome.NOTED: QCoreApplication.translate("timeline_text", "The message is a note on {record} now."),
        Outcome.COMMANDED: QCoreApplication.translate("timeline_text", "The command of the message was done."),
        Outcome.IGNORED: QCoreApplication.translate(
            "timeline_text", "The same message was taken before. Nothing was done twice."
        ),
        Outcome.QUARANTINED: QCoreApplication.translate(
            "timeline_text", "The message was set aside again. Its time line says why."
        ),
    }
    return words[outcome].format(record=name)
