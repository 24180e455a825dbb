"""Base of all pages: what they are given and when their methods are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QSplitter, QWidget

from trackit_console.console.context import Context
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.task import Task

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class Page(QWidget):
    """A page of the window; titles and places are in `registry`."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def begin(self) -> None:
        """Called once after construction: sets accessible names and follows the watch."""
        name_buttons(self)
        # Not in the constructor, where a subclass has not built its widgets yet.
        self.context.watch.snapshot_read.connect(self._snapshot_read)
        if self.context.watch.snapshot is not None:
            self._snapshot_read(self.context.watch.snapshot)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; input and selection stay."""
        # The texts of the form first: `show_texts` replaces some of them.
        if (ui := getattr(self, "ui", None)) is not None:
            ui.retranslateUi(self)
        self.show_texts()
        name_buttons(self)
        if self.context.watch.snapshot is not None:
            self.show_snapshot(self.context.watch.snapshot)

    def show_texts(self) -> None:
        """Sets the texts that are not in the .ui file; called by the constructor and when the language changes."""

    def _snapshot_read(self, snapshot: Snapshot) -> None:
        # A hidden page catches up in `entered`. Before the window is shown, every page counts as hidden.
        if self.isVisible() or not self.window().isVisible():
            self.show_snapshot(snapshot)

    def entered(self, target: Any = None) -> None:
        """Called every time the page is shown; `target` is an item to select on it."""
        if self.context.watch.snapshot is not None:
            self.show_snapshot(self.context.watch.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Shows the state in `snapshot`."""

    def refresh(self) -> None:
        """Reads again what the snapshot does not have (F5)."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving the page would lose edits."""
        return False

    def focus_search(self) -> bool:
        """Focuses the search of the page (Ctrl+F); returns whether it has one."""
        search = getattr(getattr(self, "ui", None), "search", None)
        if search is not None:
            search.setFocus()
        return search is not None

    def remember(self, splitter: QSplitter, sizes: list[int]) -> None:
        """Restores the state of `splitter`, initially `sizes`, and saves its changes (T-08)."""
        key = f"{type(self).__name__}/{splitter.objectName()}"
        splitter.setHandleWidth(16)
        # Before the stored state, which replaces them.
        splitter.setSizes(sizes)
        if (kept := self.context.window_settings.value(key)) is not None:
            splitter.restoreState(kept)
        splitter.splitterMoved.connect(lambda *_: self.context.window_settings.setValue(key, splitter.saveState()))

    def do(
        self,
        func: Callable[[], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task:
        """Runs `func` on a worker thread; shows a problem if it fails, and reads the database again."""

        def done(answer: Any) -> None:
            # First what the page does with the answer: the next snapshot may depend on it.
            if then is not None:
                then(answer)
            self.context.watch.refresh()

        return self.context.tasks.run(func, owner=self, then=done, failed=failed or self.show_problem)

    def show_problem(self, problem: Exception) -> None:
        """Shows what failed, and reads the database again."""
        show_problem(self, problem)
        self.context.watch.refresh()
