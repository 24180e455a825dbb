"""Many messages in quarantine at once: how far it is, how to stop it, and what became of them (RUN-04, T-06)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from trackit_console.console.display_text import translated
from trackit_console.console.operations.quarantine import DISCARDED, REQUESTED, Batch, Progress
from trackit_console.domain.deliveries import Outcome

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.console.task import Task


class QuarantineBatch(QObject):
    """The progress row and the result banner of the form `ui`. `ended`: the list is to be read again."""

    ended = Signal()
    started = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._task: Task | None = None
        self._result: Batch | None = None
        ui.progress_row.hide()
        ui.cancel_button.clicked.connect(self.cancel)
        ui.result.pressed.connect(self._dismiss)

    @property
    def running(self) -> bool:
        """Whether messages are being decided about."""
        return self._task is not None

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        if self._result is not None:
            self._show_result(self._result)

    def retry(self, delivery_ids: Sequence[int]) -> None:
        """Processes these messages again."""
        self._run(partial(self._page.context.services.quarantine.retry_many, delivery_ids), len(delivery_ids))

    def discard(self, delivery_ids: Sequence[int]) -> None:
        """Discards these messages; the question was answered before."""
        self._run(partial(self._page.context.services.quarantine.discard_many, delivery_ids), len(delivery_ids))

    def cancel(self) -> None:
        """**Cancel**: the message that is being processed is finished, the others wait on."""
        if self._task is not None:
            self._task.cancel()
            self._ui.cancel_button.setEnabled(False)

    def _run(self, work: Callable[..., Any], total: int) -> None:
        if self.running or not total:
            return
        self._dismiss()
        self._show_progress(Progress(0, total))
        self._ui.cancel_button.setEnabled(True)
        self._ui.progress_row.show()
        # Quiet: this page shows the progress itself, and cancels.
        self._task = self._page.context.tasks.run(
            work, owner=self._page, step=self._show_progress, then=self._done, failed=self._failed, quiet=True
        )
        self.started.emit()

    def _show_progress(self, progress: Progress) -> None:
        self._ui.progress.setRange(0, progress.total)
        self._ui.progress.setValue(progress.done)
        words = self.tr("{done} of {total}").format(done=progress.done, total=progress.total)
        self._ui.progress_text.setText(words)

    def _end(self) -> None:
        self._task = None
        self._ui.progress_row.hide()
        self.ended.emit()
        self._page.context.watch.refresh()

    def _done(self, batch: Batch) -> None:
        self._end()
        self._result = batch
        self._show_result(batch)

    def _failed(self, problem: Exception) -> None:
        self._end()
        self._page.show_problem(problem)

    def _show_result(self, batch: Batch) -> None:
        self._ui.result.show_text(" ".join(_sentences(batch)), self.tr("Close"), warns=bool(batch.problems or batch.stopped))

    def _dismiss(self) -> None:
        self._result = None
        self._ui.result.show_text("")


def _sentences(batch: Batch) -> list[str]:
    counted = batch.outcomes
    processed = sum(counted[each] for each in (Outcome.CREATED, Outcome.NOTED, Outcome.COMMANDED))
    numbers = (
        (processed, QCoreApplication.translate("QuarantineBatch", "Became tickets or notes: {number}.")),
        (counted[Outcome.IGNORED], QCoreApplication.translate("QuarantineBatch", "Taken before: {number}.")),
        (
            counted[REQUESTED],
            QCoreApplication.translate("QuarantineBatch", "Asked for at the mail server with the next check: {number}."),
        ),
        (counted[Outcome.QUARANTINED], QCoreApplication.translate("QuarantineBatch", "Set aside again: {number}.")),
        (counted[DISCARDED], QCoreApplication.translate("QuarantineBatch", "Discarded: {number}.")),
    )
    found = [words.format(number=number) for number, words in numbers if number]
    # One sentence for each kind of problem, however many messages have it.
    found += dict.fromkeys(translated(each.message) for each in batch.problems)
    if batch.stopped is not None:
        found += [translated(batch.stopped.message), translated(batch.stopped.remedy_message)]
    left = batch.total - counted.total() - len(batch.problems)
    if left:
        found.append(QCoreApplication.translate("QuarantineBatch", "Not tried, and waiting on: {number}.").format(number=left))
    return found
