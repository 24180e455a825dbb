"""Outcomes and the events of a message's time line, in words (RUN-08)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import size_text, translated
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.records import RecordRef
from trackit_console.monitor.kept_sentences import reason_phrase
from trackit_console.settings.monitor import PROCESSED_FOLDER, PostAction
from trackit_console.store.activity_views import ActivityView, TimeLine

OUTCOME_TONES: dict[Outcome, Tone] = {
    Outcome.CREATED: "ok",
    Outcome.NOTED: "ok",
    Outcome.COMMANDED: "ok",
    Outcome.FILTERED: "dim",
    Outcome.REFUSED: "dim",
    Outcome.IGNORED: "dim",
    Outcome.QUARANTINED: "warn",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a time line."""

    sign: str
    words: str
    detail: str = ""


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
        Outcome.FILTERED: QCoreApplication.translate(
            "timeline_text", "The message was stopped by Email Filters. Its time line says why."
        ),
        Outcome.REFUSED: QCoreApplication.translate("timeline_text", "The message was refused. Its time line says why."),
        Outcome.IGNORED: QCoreApplication.translate(
            "timeline_text", "The same message was taken before. Nothing was done twice."
        ),
        Outcome.QUARANTINED: QCoreApplication.translate(
            "timeline_text", "The message was set aside again. Its time line says why."
        ),
    }
    return words[outcome].format(record=name)


def events(line: TimeLine) -> Iterator[Event]:
    """What happened to a message, in its order, to its final state."""
    seen = QCoreApplication.translate("timeline_text", "Seen in {mailbox}, UID {uid}").format(
        mailbox=line.activity.mailbox, uid=line.uid
    )
    # Milliseconds: %f has six digits.
    yield Event("●", seen, line.seen_at.astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3])
    yield Event("●", QCoreApplication.translate("timeline_text", "Fetched, {size}").format(size=size_text(line.size)))
    for each in line.activity.reasons:
        yield Event("●", translated(reason_phrase(each)))
    milliseconds = (line.recorded_at - line.seen_at).total_seconds() * 1000
    yield Event("●", outcome_text(line.activity), f"+{milliseconds:.0f} ms")
    if line.quarantine is not None:
        yield from _quarantine(line)
    yield _settled(line)


def _quarantine(line: TimeLine) -> Iterator[Event]:
    waits = QCoreApplication.translate("timeline_text", "Set aside whole: waits for you")
    if line.headers_only or not line.raw_kept:
        waits = QCoreApplication.translate(
            "timeline_text",
            "Set aside: waits for you. Only the headers are kept of this message. "
            "Try again asks the mail server for the whole of it.",
        )
    words = {"open": waits, "discarded": QCoreApplication.translate("timeline_text", "Discarded")}
    other = QCoreApplication.translate("timeline_text", "Set aside")
    # A newer version of the program may have more states.
    yield Event("◆", words.get(line.quarantine or "", other), line.quarantine_detail)


def _settled(line: TimeLine) -> Event:
    if line.settled_at is None:
        words = QCoreApplication.translate("timeline_text", "On the mail server: still to be done")
        return Event("○", words, line.settle_error or "")
    if line.post_action is None:
        return Event("●", QCoreApplication.translate("timeline_text", "Left on the mail server"))
    waited = (line.settled_at - line.recorded_at).total_seconds() * 1000
    done = {
        PostAction.MARK_READ: QCoreApplication.translate("timeline_text", "Marked as read on the mail server"),
        PostAction.DELETE: QCoreApplication.translate("timeline_text", "Deleted on the mail server"),
        PostAction.MOVE: QCoreApplication.translate("timeline_text", "Moved to {folder}").format(folder=PROCESSED_FOLDER),
    }
    return Event("●", done[PostAction(line.post_action)], f"+{waited:.0f} ms")
