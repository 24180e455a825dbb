"""Another user saved the same settings first: who and when (DB-04). What becomes of it in a form is in `conflicts`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import moment
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry


class SavedByAnother(Problem):
    """`saved` is what the database holds now, None if it was deleted; `who` saved it and `at` when, if known."""

    context = "conflicts"
    code = "saved_by_another"
    sentence = QT_TRANSLATE_NOOP("conflicts", "{who} saved these settings {when}, while you were editing them.")
    remedy = QT_TRANSLATE_NOOP(
        "conflicts",
        "What you entered is still here; fields that you did not change show what was saved. Choose below what each field is "
        "to have, then press Save again.",
    )
    at_moment = QT_TRANSLATE_NOOP("conflicts", "at {moment}")
    some_time = QT_TRANSLATE_NOOP("conflicts", "a moment ago")

    def __init__(self, saved: Stored[Any] | None, who: str = "", at: datetime | None = None) -> None:
        self.saved = saved
        self.who = who or QCoreApplication.translate("conflicts", "Somebody else")
        known = {"moment": moment(at, datetime.now(UTC))}
        self.when = Phrase(self.context, self.at_moment, known) if at else Phrase(self.context, self.some_time)
        super().__init__(who=self.who, when=self.when)


class ReorderedByAnother(SavedByAnother):
    """Another user put the list into another order first, or deleted from it."""

    code = "reordered_by_another"
    sentence = QT_TRANSLATE_NOOP("conflicts", "{who} changed the order of this list {when}. Yours was not saved.")
    remedy = QT_TRANSLATE_NOOP("conflicts", "The list is shown as it is now. If your change is still right, make it again.")


def with_conflict_author(
    save: Callable[[], Any],
    last_change: Callable[[Stored[Any] | None], AuditEntry | None],
    problem: type[SavedByAnother] = SavedByAnother,
) -> Any:
    """Calls `save` (on a worker thread) and turns a `Conflict` into `problem`; `last_change` looks up the other user."""
    try:
        return save()
    except Conflict as conflict:
        # Asked here, on the worker thread: `last_change` reads the database.
        saved = conflict.saved if isinstance(conflict.saved, Stored) else None
        change = last_change(saved)
        raise problem(saved, change.actor if change else "", change.at if change else None) from conflict
