"""A field for a list of short texts, such as addresses: a line to type into, and the list below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.shortcuts import shortcut_in

LIST_HEIGHT = 120
EDITABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable


class _Line(QLineEdit):
    """Enter adds the text instead of pressing the default button of the dialog; in an empty line it does that."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class ListField(QWidget):
    """`lines` are the texts; a text that was typed and not added counts as well. They are edited in place (F2, double click)."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new_line = _Line(self)
        self.add_button = QPushButton(self, autoDefault=False)
        self.remove_button = QPushButton(self, autoDefault=False)
        self.list = QListWidget(self)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setFocusProxy(self.new_line)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget, stretch in ((self.new_line, 1), (self.add_button, 0), (self.remove_button, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.list)
        self._connect()
        self.retranslate()
        self._refresh()

    def _connect(self) -> None:
        self.new_line.entered.connect(self.add)
        self.new_line.textEdited.connect(self._edited)
        self.new_line.editingFinished.connect(self.left)
        self.add_button.clicked.connect(self.add)
        self.remove_button.clicked.connect(self.remove)
        self.list.itemChanged.connect(self._item_edited)
        self.list.itemSelectionChanged.connect(self._refresh)
        shortcut_in(self.list, Qt.Key.Key_Delete, self.remove)

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the list: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange and self.list.property("wrong") != self.property("wrong"):
            self.list.setProperty("wrong", self.property("wrong"))
            restyle(self.list)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.add_button.setText(self.tr("Add"))
        self.remove_button.setText(self.tr("Remove"))
        self.new_line.setPlaceholderText(self.tr("Another address"))
        name_buttons(self)

    def setAccessibleName(self, name: str) -> None:
        """The field and its list are known by the title of the field."""
        super().setAccessibleName(name)
        self.new_line.setAccessibleName(name)
        self.list.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus is."""
        super().setAccessibleDescription(description)
        self.new_line.setAccessibleDescription(description)

    @property
    def lines(self) -> list[str]:
        """The texts, without blanks around them and without empty ones."""
        texts = [self.list.item(at).text() for at in range(self.list.count())]
        return [each.strip() for each in (*texts, self.new_line.text()) if each.strip()]

    def show_lines(self, lines: Sequence[str]) -> None:
        """Shows `lines` instead of what is there."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for each in lines:
                self._append(each)
        self.new_line.clear()
        self._refresh()

    def add(self) -> None:
        """**Add** the text that was typed, unless it is in the list: then that line is selected."""
        words = self.new_line.text().strip()
        if not words:
            self.new_line.setFocus()
            return
        same = [each for each in self._items() if each.text().casefold() == words.casefold()]
        item = same[0] if same else self._append(words)
        self.list.setCurrentItem(item)
        self.new_line.clear()
        self.new_line.setFocus()
        self._edited()
        self.left.emit()

    def remove(self) -> None:
        """**Remove** the selected line."""
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self._edited()
        self.left.emit()

    def _append(self, words: str) -> QListWidgetItem:
        item = QListWidgetItem(words)
        item.setFlags(EDITABLE)
        with QSignalBlocker(self.list):
            self.list.addItem(item)
        return item

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(at) for at in range(self.list.count())]

    def _item_edited(self, item: QListWidgetItem) -> None:
        if not item.text().strip():
            self.list.takeItem(self.list.indexFromItem(item).row())
        self._edited()
        self.left.emit()

    def _edited(self, *_text: object) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        self.add_button.setEnabled(bool(self.new_line.text().strip()))
        self.remove_button.setEnabled(bool(self.list.selectedItems()))
