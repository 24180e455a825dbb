"""Base of pages that edit one stored object: **Save**, **Undo changes**, and conflicts with other users (DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from trackit_console.console.conflicts import field_choices, untouched
from trackit_console.console.context import Context
from trackit_console.console.dialogs.conflict import show_conflict
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.pages.page import Page
from trackit_console.console.saved_by_another import SavedByAnother, with_conflict_author
from trackit_console.domain.audit import Audited
from trackit_console.settings.validation import Finding
from trackit_console.store.row_mapping import Stored

Value = TypeVar("Value", bound=BaseModel)


class EditingPage(Page, Generic[Value]):
    """`stored` is the saved version, None until the database was read; `audited` is what the audit calls it."""

    audited: ClassVar[Audited]

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.stored: Stored[Value] | None = None
        self._as_shown: Mapping[str, Any] = {}
        self._overtaken = 0

    # ------------------------------------------------------------------ provided by each page

    def fill(self, value: Value) -> None:
        """Shows `value` in the form."""
        raise TypeError(type(self).__name__)

    def values(self) -> Mapping[str, Any]:
        """The current fields of the form."""
        raise TypeError(type(self).__name__)

    def values_of(self, value: Value) -> Mapping[str, Any]:
        """The fields of `value`, comparable with `values`."""
        return dict(value)

    def take_over(self, fields: Mapping[str, Any]) -> None:
        """Shows the values of `fields` and leaves the other fields as they are."""
        raise TypeError(type(self).__name__)

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows what is wrong with the stored version, at its fields."""

    def refresh_actions(self) -> None:
        """Enables and disables the buttons."""
        raise TypeError(type(self).__name__)

    # ------------------------------------------------------------------ shared

    @property
    def unsaved(self) -> bool:
        if self.stored is None:
            return False
        # A wrong value that no field can hold is shown as the nearest one: that is no edit.
        return self.values() != (self._as_shown if self.stored.findings else self.values_of(self.stored.value))

    def follow(self, stored: Stored[Value]) -> None:
        """Shows another version from the database, unless there are unsaved edits."""
        # Not judged by a lower version: after a restore that one is true.
        overtaken = self.context.watch.shown <= self._overtaken
        if self.stored is None or (stored.version != self.stored.version and not overtaken and not self.unsaved):
            self._fill(stored)

    def keep(self, save: Callable[[Stored[Value]], None], value: Value) -> None:
        """Saves `value` with `save`, replacing the stored version."""
        if self.stored is not None:
            kept = Stored(self.stored.id, self.stored.version, value)
            last = partial(self.context.services.settings.last_change, self.audited)
            work = partial(with_conflict_author, partial(save, kept), lambda _saved: last())
            self.do(work, then=lambda _none: self._saved(kept), failed=self._not_saved)

    def discard(self) -> None:
        """**Undo changes**: shows the stored version again."""
        if self.stored is not None:
            self._fill(self.stored)

    def _fill(self, stored: Stored[Value]) -> None:
        self.stored = stored
        self.fill(stored.value)
        self._as_shown = dict(self.values())
        self.show_findings(stored.findings)
        self.refresh_actions()

    def _saved(self, kept: Stored[Value]) -> None:
        # Saving has counted the version up: the next save must not wait for the next snapshot.
        self._overtake(Stored(kept.id, kept.version + 1, kept.value))
        self.refresh_actions()

    def _overtake(self, stored: Stored[Value]) -> None:
        """`stored` was not read by the watch: readings that have begun by now may not know of it yet."""
        self.stored, self._overtaken = stored, self.context.watch.begun

    def _not_saved(self, problem: Exception) -> None:
        if isinstance(problem, SavedByAnother) and problem.saved is not None and self.stored is not None:
            self._saving_conflicted(problem, self.stored.value, problem.saved)
        else:
            self.refresh_actions()
            show_problem(self, problem)

    def _saving_conflicted(self, problem: SavedByAnother, before: Value, saved: Stored[Value]) -> None:
        # Before the form is filled: afterwards nobody knows what was typed here.
        mine = self.values()
        theirs = self.values_of(saved.value)
        choices = [each for each in field_choices(before, mine, saved.value) if each.name in theirs]
        self._overtake(saved)
        self.take_over(untouched(self.values_of(before), mine, theirs))
        self.refresh_actions()

        def take(of_mine: Collection[str], of_theirs: Collection[str]) -> None:
            self.take_over({name: mine[name] for name in of_mine} | {name: theirs[name] for name in of_theirs})
            self.refresh_actions()

        show_conflict(self, problem, choices, take)
