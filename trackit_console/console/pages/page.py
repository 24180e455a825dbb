"""The shape of a page: what it is handed, and when it is told what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QSplitter, QWidget

from trackit_console.console.context import Context
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.tasks import Task

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class Page(QWidget):
    """Base of all pages; what they are called and where they stand is in `registry`."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def begin(self) -> None:
        """Called once after the page was made: names what screen readers read, and follows the watch."""
        name_buttons(self)
        self.context.watch.seen.connect(self._seen)
        if self.context.watch.snapshot is not None:
            self._seen(self.context.watch.snapshot)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Says everything in the present language; what is typed and selected stays."""
        if (ui := getattr(self, "ui", None)) is not None:
            ui.retranslateUi(self)
        self.show_texts()
        name_buttons(self)
        if self.context.watch.snapshot is not None:
            self.show_snapshot(self.context.watch.snapshot)

    def show_texts(self) -> None:
        """Sets the words that are set in code; called by the page's constructor, and when the language changes."""

    def _seen(self, snapshot: Snapshot) -> None:
        if self.isVisible() or not self.window().isVisible():
            self.show_snapshot(snapshot)

    def entered(self, target: Any = None) -> None:
        """Called every time the page is shown; `target` is something to show on it."""
        if self.context.watch.snapshot is not None:
            self.show_snapshot(self.context.watch.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Shows the present state."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        return False

    def focus_search(self) -> bool:
        """Puts the cursor into the page's search (Ctrl+F); answers whether it has one."""
        search = getattr(getattr(self, "ui", None), "search", None)
        if search is not None:
            search.setFocus()
        return search is not None

    def remember(self, splitter: QSplitter, sizes: list[int]) -> None:
        """Divides `splitter` as it was left, the first time by `sizes` (T-08)."""
        key = f"{type(self).__name__}/{splitter.objectName()}"
        splitter.setHandleWidth(16)
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
        """Runs `func` off the UI thread; what went wrong is told, and the state is looked at again."""

        def done(answer: Any) -> None:
            if then is not None:
                then(answer)
            self.context.watch.look()

        return self.context.tasks.run(func, owner=self, then=done, failed=failed or self._tell)

    def _tell(self, problem: Exception) -> None:
        show_problem(self, problem)
        self.context.watch.look()
