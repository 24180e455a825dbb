"""A list of technicians, requestors or ticket templates on a page: searching, adding, editing and deleting (DB-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QLocale, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.operations.kept_objects import KeptObjects
from trackit_console.console.operations.listing import MAX_ROWS, Listing
from trackit_console.console.pages.dialog_saving import open_to_save, save_from
from trackit_console.console.saved_by_another import with_conflict_author
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.domain.audit import Audited

if TYPE_CHECKING:
    from trackit_console.console.dialogs.object_dialog import ObjectDialog
    from trackit_console.console.pages.list_page import ListPage
    from trackit_console.store.audit import AuditEntry
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


class ObjectList(QObject):
    """The list `name` of the form `ui`: a table, `<name>_empty` instead of it, `<name>_count` and `<name>_more` below it."""

    picked = Signal()
    name: ClassVar[str]
    audited: ClassVar[Audited]

    def __init__(self, ui: Any, page: ListPage, objects: KeptObjects[Any]) -> None:
        super().__init__(page)
        self.page = page
        self.objects = objects
        self.view, self.empty = getattr(ui, self.name), getattr(ui, f"{self.name}_empty")
        self._count, self._more = getattr(ui, f"{self.name}_count"), getattr(ui, f"{self.name}_more")
        self._search = ui.search
        self._limit = MAX_ROWS
        self._readings = 0
        self._to_select: Stored[Any] | None = None
        self._listing: Listing[Stored[Any]] | None = None
        context = page.context
        # The page is the parent of the model: widths of columns are kept by its name.
        self.table: Table[Stored[Any]] = Table(
            self.view, TableModel(self.columns(), page), context.theme, context.window_settings
        )
        self.table.picked.connect(self.picked)
        self._more.clicked.connect(self.show_more)
        self.empty.pressed.connect(self._empty_pressed)
        self.view.doubleClicked.connect(self.edit)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        # In the list only: in the search field these keys edit.
        for key, slot in ((Qt.Key.Key_Delete, self.delete), (Qt.Key.Key_Return, self.edit), (Qt.Key.Key_Enter, self.edit)):
            shortcut_in(self.view, key, slot)

    # ------------------------------------------------------------------ provided by each list

    def columns(self) -> list[Column[Stored[Any]]]:
        """The columns of the table."""
        raise TypeError(type(self).__name__)

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        """The dialog for a new object, or for `stored`."""
        raise TypeError(type(self).__name__)

    def words_if_empty(self) -> tuple[str, str, str]:
        """Title, sentence and button while there is no object at all."""
        raise TypeError(type(self).__name__)

    def deleting(self, value: Any, uses: Uses) -> tuple[str, str, str]:
        """Title, question and consequences of deleting `value`."""
        raise TypeError(type(self).__name__)

    def key_words(self, value: Any) -> str:
        """What finds `value` by searching; the audit calls it so."""
        raise TypeError(type(self).__name__)

    def refusal(self, value: Any, uses: Uses) -> Exception | None:
        """Why `value` cannot be deleted."""
        from trackit_console.store.saving_errors import DefinitionInUse

        return DefinitionInUse(name=value.name, users=", ".join(uses.definitions)) if uses.definitions else None

    # ------------------------------------------------------------------ what is shown

    def show_texts(self) -> None:
        """Sets all texts in the current language."""
        self.table.retitle(self.columns())
        if self._listing is not None:
            self._show_words(self._listing)

    def read(self) -> None:
        """Reads the list again."""
        self._readings += 1
        read = partial(self.objects.page, self._search.text(), self._limit)
        tasks = self.page.context.tasks
        tasks.run(read, owner=self, then=partial(self._show, self._readings), failed=self.page.show_problem)

    def search(self) -> None:
        """Reads the list anew, from its beginning."""
        self._limit = MAX_ROWS
        self.read()

    def show_more(self) -> None:
        """**Show more**: twice as much."""
        self._limit *= 2
        self.read()

    def _show(self, reading: int, listing: Listing[Stored[Any]]) -> None:
        # Answers come from several threads: one from before a change, or to an older search, must not replace a newer one.
        if reading != self._readings:
            return
        self._listing = listing
        self.table.show_rows(listing.rows, key=lambda row: row.id)
        self._select_wanted(listing)
        self._show_words(listing)
        self.picked.emit()

    def _show_words(self, listing: Listing[Stored[Any]]) -> None:
        self.view.setVisible(bool(listing.rows))
        self.empty.setVisible(not listing.rows)
        if self._search.text().strip():
            found = self.tr("Nothing found"), self.tr("No name or address contains what you search for."), self.tr("Clear search")
            self.empty.show_text(*found)
        else:
            self.empty.show_text(*self.words_if_empty())
        all_shown = len(listing.rows) == listing.count
        words = self.tr("%Ln in total", "", listing.count)
        if not all_shown:
            shown, count = QLocale().toString(len(listing.rows)), QLocale().toString(listing.count)
            words = self.tr("The first {shown} of {count}").format(shown=shown, count=count)
        self._count.setText(words if listing.rows else "")
        self._more.setVisible(not all_shown)

    def _select_wanted(self, listing: Listing[Stored[Any]]) -> None:
        """Selects what was just saved; if it stands beyond what was read, it is searched for."""
        wanted, self._to_select = self._to_select, None
        if wanted is None:
            return
        if self.table.select(lambda row: row.id == wanted.id):
            self.view.setFocus()
        elif len(listing.rows) < listing.count:
            self._to_select = wanted
            self._search.setText(self.key_words(wanted.value))
            self.search()

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, slot in ((self.tr("Edit…"), self.edit), (self.tr("Delete"), self.delete)):
            action = QAction(words, menu, enabled=self.table.current is not None)
            action.triggered.connect(slot)
            menu.addAction(action)
        # Not exec, which would wait here in an event loop of its own.
        menu.popup(self.view.viewport().mapToGlobal(at))

    # ------------------------------------------------------------------ actions

    def _empty_pressed(self) -> None:
        if self._search.text().strip():
            self._search.clear()
            self._search.setFocus()
        else:
            self.fill_empty()

    def fill_empty(self) -> None:
        """What the button of the empty list does."""
        self.add()

    def add(self) -> None:
        """**New…**."""
        self._open(None)

    def edit(self) -> None:
        """**Edit…** the selected object."""
        if self.table.current is not None:
            self._open(self.table.current)

    def _open(self, stored: Stored[Any] | None) -> None:
        dialog = self.dialog(stored)
        open_to_save(dialog, partial(self._save, dialog))

    def _save(self, dialog: ObjectDialog, made: Any) -> None:
        before, settings = dialog.stored, self.page.context.services.settings

        def last_change(saved: Stored[Any] | None) -> AuditEntry | None:
            named = saved or before
            return settings.last_change(self.audited, self.key_words(named.value)) if named else None

        work = partial(with_conflict_author, partial(self.objects.save, made, before), last_change)
        save_from(dialog, self.page, work, made, self._saved)

    def _saved(self, saved: Stored[Any]) -> None:
        self._to_select = saved
        # A search could hide what was just saved.
        self._search.clear()
        self.read()

    def delete(self) -> None:
        """**Delete** the selected object: asks first, saying what becomes of what depends on it."""
        stored = self.table.current
        if stored is not None:
            self.page.do(partial(self.objects.uses, stored), then=partial(self._ask_delete, stored))

    def _ask_delete(self, stored: Stored[Any], uses: Uses) -> None:
        if (refusal := self.refusal(stored.value, uses)) is not None:
            show_problem(self.page, refusal)
            return
        title, question, detail = self.deleting(stored.value, uses)
        if ask(self.page, title, question, [self.tr("Delete"), self.tr("Cancel")], detail) == 0:
            self.page.do(partial(self.objects.delete, stored), then=lambda _none: self.read())
