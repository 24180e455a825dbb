"""Edits a cell of a list in place by choosing from a few values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyleOptionViewItem, QWidget

from trackit_console.console.theme import Theme
from trackit_console.console.widgets.cells import Cell, CellDelegate

Index = QModelIndex | QPersistentModelIndex


class ChoiceDelegate(CellDelegate):
    """Like any other cell until it is edited. `choices` answers the values with their labels, in the present language."""

    def __init__(
        self, theme: Theme, look: Callable[[int, int], Cell], choices: Callable[[], Mapping[str, str]], parent: QWidget
    ) -> None:
        super().__init__(theme, look, parent)
        self._choices = choices

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        combo = QComboBox(parent)
        for value, words in self._choices().items():
            combo.addItem(words, value)
        # A choice is taken at once: nobody expects to press Enter after choosing.
        combo.activated.connect(lambda _number: self._take(combo))
        return combo

    def _take(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)
