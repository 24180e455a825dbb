"""**Restricted File Types**: files of these types are not added to records (MSG-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from trackit_console.console.compiled.ui_file_types_page import Ui_FileTypesPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask
from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.editing_page import EditingPage
from trackit_console.console.pages.restart_banner import RestartBanner
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.domain.audit import Audited
from trackit_console.helpdesk.file_signatures import TYPES_BY_CONTENT
from trackit_console.helpdesk.file_type_names import file_type_name
from trackit_console.settings.file_types import FileTypes, file_types_in
from trackit_console.store.snapshot import Snapshot
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A file type in the list."""

    ending: str


class FileTypesPage(EditingPage[FileTypes]):
    """Edits a copy of the list; **Save** keeps it."""

    audited = Audited.FILE_TYPES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.ui = Ui_FileTypesPage()
        self.ui.setupUi(self)
        self._types: list[str] = []
        self.table = Table(self.ui.types, TableModel(self._columns(), self), context.theme, context.window_settings)
        self._banner = RestartBanner(self.ui.restart_banner, self)
        self.show_texts()
        self._connect()

    def show_texts(self) -> None:
        self.table.retitle(self._columns())
        self.ui.empty.show_text(
            self.tr("No file type is restricted"),
            self.tr("Programs and scripts that come by mail are added to records like any other file."),
            self.tr("Restore defaults"),
        )
        self._show_message("")

    def _columns(self) -> list[Column[TypeLine]]:
        return [
            Column(self.tr("Type"), lambda row: row.ending),
            Column(self.tr("What it is"), lambda row: _name(row.ending), stretch=True),
            Column(self.tr("Recognized by"), self._recognized_by),
        ]

    def _recognized_by(self, row: TypeLine) -> str:
        return self.tr("Name and content") if row.ending in TYPES_BY_CONTENT else self.tr("Name")

    def _connect(self) -> None:
        self.ui.add_button.clicked.connect(self.add)
        self.ui.new_types.returnPressed.connect(self.add)
        self.ui.remove_button.clicked.connect(self.remove)
        self.ui.restore_button.clicked.connect(self.restore)
        self.ui.empty.pressed.connect(self.restore)
        self.ui.save_button.clicked.connect(self.save)
        self.ui.discard_button.clicked.connect(self.discard)
        self.table.picked.connect(self.refresh_actions)
        # In the list only: in the field for new types, these keys edit the text.
        for key, slot in ((Qt.Key.Key_Delete, self.remove), (Qt.Key.Key_Insert, self.ui.new_types.setFocus)):
            shortcut_in(self.ui.types, key, slot)

    def values(self) -> dict[str, Any]:
        return {"restricted_file_types": self._types}

    def take_over(self, fields: Mapping[str, Any]) -> None:
        self._show(fields.get("restricted_file_types", self._types))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._banner.show_snapshot(snapshot)
        self.follow(snapshot.file_types)

    def fill(self, value: FileTypes) -> None:
        self._show(value.restricted_file_types)

    def _show(self, types: Iterable[str]) -> None:
        self._types = sorted(set(types))
        self.table.show_rows([TypeLine(each) for each in self._types], key=lambda row: row.ending)
        self.ui.types.setVisible(bool(self._types))
        self.ui.empty.setVisible(not self._types)
        self.refresh_actions()

    # ------------------------------------------------------------------ actions

    def add(self) -> None:
        """**Add** every type that was typed; words that are none stay in the field."""
        types, refused = file_types_in(self.ui.new_types.text())
        words = self.tr("These are no file types: {words}. Write endings such as exe or .js.").format(words=", ".join(refused))
        nothing = "" if types else self.tr("Write at least one ending, such as exe or .js.")
        self._show_message(words if refused else nothing)
        self.ui.new_types.setText(" ".join(refused))
        self._show([*self._types, *types])
        if types:
            self.table.select(lambda row: row.ending == types[-1])

    def _show_message(self, words: str) -> None:
        self.ui.new_types_message.setText(words)
        self.ui.new_types_message.setVisible(bool(words))

    def remove(self) -> None:
        """**Remove** the selected types; undone by **Undo changes**."""
        gone = {row.ending for row in self.table.selection}
        self._show([each for each in self._types if each not in gone])

    def restore(self) -> None:
        """**Restore defaults**: asks first, because other types are removed."""
        words = self.tr("Replace the list by the {number} types that come with the product?")
        buttons = [self.tr("Restore defaults"), self.tr("Cancel")]
        defaults = FileTypes().restricted_file_types
        if ask(self, self.tr("Restore defaults"), words.format(number=len(defaults)), buttons) == 0:
            self._show(defaults)

    def save(self) -> None:
        """**Save**: takes effect when the monitor is started again."""
        self.keep(self.context.services.settings.save_file_types, FileTypes.model_construct(restricted_file_types=self._types))

    def refresh_actions(self) -> None:
        self.ui.save_button.setEnabled(self.unsaved)
        self.ui.discard_button.setEnabled(self.unsaved)
        self.ui.remove_button.setEnabled(self.table.current is not None)


def _name(ending: str) -> str:
    name = file_type_name(ending)
    return translated(name) if isinstance(name, Phrase) else ""
