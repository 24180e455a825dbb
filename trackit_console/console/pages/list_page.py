"""Base of the pages with lists of objects: search, buttons, keys, import and export."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.context import Context
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.pages.page import Page

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 250


class ListPage(Page):
    """`lists` are the lists of the page; the actions are about `current`, which can be seen."""

    transfers: ClassVar[bool] = True
    """Whether the page has **Import…** and **Export…** for CSV files."""

    def __init__(self, context: Context, ui: Any) -> None:
        super().__init__(context)
        self.ui = ui
        ui.setupUi(self)
        self._mark = ""
        self.lists: Sequence[ObjectList] = self.make_lists()
        for each in self.lists:
            each.picked.connect(self.refresh_actions)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.search)
        ui.search.textChanged.connect(self._typed)
        for button, act in (
            (ui.new_button, self.add),
            (ui.edit_button, self.edit),
            (ui.delete_button, self.delete),
            *(((ui.import_button, self.import_file), (ui.export_button, self.export)) if self.transfers else ()),
        ):
            button.clicked.connect(act)
        # In the whole window while the page is shown: after it was opened from the menu nothing on it has the focus.
        for keys in (QKeySequence(QKeySequence.StandardKey.New), QKeySequence(Qt.Key.Key_Insert)):
            QShortcut(keys, self, self.add, context=Qt.ShortcutContext.WindowShortcut)
        self.show_texts()

    # ------------------------------------------------------------------ provided by each page

    def make_lists(self) -> Sequence[ObjectList]:
        """The lists of the form; called once."""
        raise TypeError(type(self).__name__)

    @property
    def current(self) -> ObjectList:
        """The list that can be seen."""
        return self.lists[0]

    # ------------------------------------------------------------------ what is shown

    def show_texts(self) -> None:
        for each in self.lists:
            each.show_texts()
        self.refresh_actions()

    def _typed(self) -> None:
        self._typing.start()

    def search(self) -> None:
        """Reads what matches the search."""
        for each in self.lists:
            each.search()

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self.refresh()

    def refresh(self) -> None:
        for each in self.lists:
            each.read()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        # The lists are read again only when somebody changed something, not with every snapshot.
        mark = f"{snapshot.audit_mark} {sorted(snapshot.today.items())}"
        if mark != self._mark:
            self._mark = mark
            self.refresh()

    def refresh_actions(self) -> None:
        """Enables what can be done with the selected object."""
        chosen = self.current.table.current is not None
        self.ui.edit_button.setEnabled(chosen)
        self.ui.delete_button.setEnabled(chosen)
        if self.transfers:
            self.ui.export_button.setEnabled(bool(self.current.table.model.rows))

    # ------------------------------------------------------------------ actions

    def add(self) -> None:
        """**New…**."""
        self.current.add()

    def edit(self) -> None:
        """**Edit…**."""
        self.current.edit()

    def delete(self) -> None:
        """**Delete**."""
        self.current.delete()

    def import_file(self) -> None:
        """**Import…**: shows what a CSV file would change, and changes it when the admin agrees."""
        from trackit_console.console.dialogs.csv_import import ImportDialog

        kinds = f"{self.tr('CSV files')} (*.csv *.txt *.tsv);;{self.tr('All files')} (*)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import"), "", kinds)
        if not name:
            return
        dialog = ImportDialog(self.context, self.current.objects, Path(name), self)
        dialog.imported.connect(self.refresh)
        dialog.imported.connect(self.context.watch.refresh)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self) -> None:
        """**Export…** the whole list, whatever is searched for."""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), f"{self.current.name}.csv", "CSV (*.csv)")
        if name:
            self.do(partial(self.current.objects.export, Path(name)))
