"""Saves what a dialog made, and tells the dialog how that went (DB-04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trackit_console.console.message_boxes import show_problem
from trackit_console.console.operations.kept_objects import Refused
from trackit_console.console.saved_by_another import SavedByAnother

if TYPE_CHECKING:
    from trackit_console.console.dialogs.saving_dialog import SavingDialog
    from trackit_console.console.pages.page import Page


def open_to_save(dialog: SavingDialog, save: Callable[[Any], None]) -> None:
    """Opens `dialog`; `save` is called with what it made."""
    dialog.saved.connect(save)
    # A closed dialog stays a child of the page; without this each one that was opened would live as long as the window.
    dialog.finished.connect(dialog.deleteLater)
    # Returns at once: exec would wait here in an event loop of its own.
    dialog.open()


def save_from(
    dialog: SavingDialog,
    page: Page,
    work: Callable[[], Any],
    made: Any,
    then: Callable[[Any], None] = lambda _answer: None,
) -> None:
    """Runs `work`, which saves `made`; `then` gets its answer once the dialog is closed."""

    def done(answer: Any) -> None:
        if isinstance(answer, Refused):
            dialog.saving_failed(answer.findings)
            return
        # Closed first: the page behind an open dialog cannot take the focus.
        dialog.saving_succeeded()
        then(answer)

    def failed(problem: Exception) -> None:
        if isinstance(problem, SavedByAnother):
            dialog.saving_conflicted(problem, made)
        else:
            dialog.saving_failed()
            show_problem(dialog, problem)

    dialog.saving_started(page.do(work, then=done, failed=failed))
