"""The shape of a page that edits one stored thing: **Save**, **Undo changes**, and what happens when others save first (DB-04)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from trackit_console.console.context import Context
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.pages.page import Page
from trackit_console.store.errors import Conflict
from trackit_console.store.row_mapping import Stored

Value = TypeVar("Value")


class EditingPage(Page, Generic[Value]):
    """`stored` is what the edits are compared with; None until the database was looked at."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.stored: Stored[Value] | None = None

    def fill(self, value: Value) -> None:
        """Shows `value` in the form."""
        raise TypeError(type(self).__name__)

    def refresh_actions(self) -> None:
        """Decides what can be pressed."""
        raise TypeError(type(self).__name__)

    def follow(self, stored: Stored[Value]) -> None:
        """Shows what others saved, unless something is being edited here."""
        if self.stored is None or (stored.version != self.stored.version and not self.unsaved):
            self._fill(stored)

    def keep(self, save: Callable[[Stored[Value]], None], value: Value) -> None:
        """Saves `value` by `save` over what is stored."""
        if self.stored is not None:
            kept = Stored(self.stored.id, self.stored.version, value)
            self.do(partial(save, kept), then=lambda _none: self._saved(kept), failed=self._not_saved)

    def discard(self) -> None:
        """**Undo changes**: what is stored is shown again."""
        if self.stored is not None:
            self._fill(self.stored)

    def _fill(self, stored: Stored[Value]) -> None:
        self.stored = stored
        self.fill(stored.value)

    def _saved(self, kept: Stored[Value]) -> None:
        self.stored = Stored(kept.id, kept.version + 1, kept.value)
        self.refresh_actions()

    def _not_saved(self, problem: Exception) -> None:
        """Nothing typed is lost: after a conflict, what was saved by somebody else counts as the base."""
        if isinstance(problem, Conflict) and isinstance(problem.saved, Stored):
            self.stored = problem.saved
        self.refresh_actions()
        show_problem(self, problem)
