"""The events of a message's time line, in words (RUN-08)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import size_text, translated
from trackit_console.console.outcome_text import outcome_text
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.store.activity_views import TimeLine


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a time line."""

    sign: str
    words: str
    detail: str = ""


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
