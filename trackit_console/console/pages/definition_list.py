"""A list of definitions on a page: as an `ObjectList`, with their order, a copy, and turning on and off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.kept_objects import Refused
from trackit_console.console.pages.dialog_saving import open_to_save
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.saved_by_another import ReorderedByAnother, with_conflict_author

if TYPE_CHECKING:
    from trackit_console.console.pages.list_page import ListPage
    from trackit_console.store.row_mapping import Stored


class DefinitionList(ObjectList):
    """The objects are used in the order in which they stand."""

    objects: KeptDefinitions[Any]

    def __init__(self, ui: Any, page: ListPage, objects: KeptDefinitions[Any]) -> None:
        super().__init__(ui, page, objects)
        # Sorted by a column it would not show the order in which they are used.
        self.view.setSortingEnabled(False)

    def defaults(self) -> Sequence[Any]:
        """What comes with the product and is kept by **Add the defaults**; nothing by default."""
        return ()

    def keep_defaults(self) -> int:
        """Keeps the defaults whose names are free; on a worker thread. Answers how many."""
        return self.objects.add_all(self.defaults())

    def fill_empty(self) -> None:
        if self.defaults():
            self.add_defaults()
        else:
            self.add()

    def add_defaults(self) -> None:
        """**Add the defaults**: those whose names are free."""
        self.page.do(self.keep_defaults, then=lambda _number: self.read())

    @property
    def defaults_missing(self) -> bool:
        """Whether there is a list, and one of the defaults is not in it."""
        rows = self.table.model.rows
        names = {_key(each.value.name) for each in rows}
        searched = bool(self._search.text().strip())
        return bool(rows) and not searched and any(_key(each.name) not in names for each in self.defaults())

    def key_words(self, value: Any) -> str:
        name: str = value.name
        return name

    @property
    def _row(self) -> int:
        current = self.table.current
        return self.table.model.rows.index(current) if current is not None else -1

    def may_move(self, steps: int) -> bool:
        """Whether the selected object can move that far; not while a search hides others."""
        return self._row >= 0 and not self._search.text().strip() and 0 <= self._row + steps < len(self.table.model.rows)

    def move(self, steps: int) -> None:
        """**Move up** and **Move down** the selected object."""
        current = self.table.current
        if current is None or not self.may_move(steps):
            return
        seen = [row.id for row in self.table.model.rows]
        at, ids = seen.index(current.id), list(seen)
        ids.insert(at + steps, ids.pop(at))
        self._to_select = current
        settings = self.page.context.services.settings
        work = partial(
            with_conflict_author,
            partial(self.objects.reorder, ids, seen),
            lambda _saved: settings.last_reordering(self.audited),
            ReorderedByAnother,
        )
        self.page.do(work, then=lambda _none: self.read(), failed=self._not_moved)

    def _not_moved(self, problem: Exception) -> None:
        self.page.show_problem(problem)
        self.read()

    def duplicate(self) -> None:
        """**Duplicate** the selected object: opens the dialog for a new one with its values, turned off."""
        current = self.table.current
        if current is None:
            return
        dialog = self.dialog(None)
        dialog.fill_with(self._copy_of(current.value))
        open_to_save(dialog, partial(self._save, dialog))

    def _copy_of(self, value: Any) -> Any:
        off = {"enabled": False} if "enabled" in type(value).model_fields else {}
        return value.model_copy(update={"name": self.tr("Copy of {name}").format(name=value.name), **off})

    def set_enabled(self, enabled: bool) -> None:
        """**Turn on** and **Turn off** the selected object."""
        current = self.table.current
        if current is not None and current.value.enabled != enabled:
            changed = current.value.model_copy(update={"enabled": enabled})
            self.page.do(partial(self.objects.save, changed, current), then=partial(self._turned, current, changed))

    def _turned(self, stored: Stored[Any], changed: Any, answer: Stored[Any] | Refused) -> None:
        if isinstance(answer, Refused):
            self._open_to_correct(stored, changed, answer)
        else:
            self._to_select = stored
            self.read()

    def _open_to_correct(self, stored: Stored[Any], changed: Any, refused: Refused) -> None:
        """It names what is not there any more: the dialog says at which field, and can save it."""
        dialog = self.dialog(stored)
        dialog.fill_with(changed)
        dialog.opened()  # nothing was typed: **Cancel** has nothing to ask
        open_to_save(dialog, partial(self._save, dialog))
        dialog.saving_failed(refused.findings)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
