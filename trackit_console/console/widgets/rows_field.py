"""Base of fields that are a list of rows, each with a button that removes it, such as the conditions of a rule."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any, Generic, Protocol, TypeVar, cast

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.widgets.parted_field import PartedField, within
from trackit_console.settings.validation import Finding

SPACING = 8


class FieldRow(Protocol):
    """A widget that shows one entry. Its signals `changed` and `left` are those of the field; `removed` is that of its button."""

    remove_button: QPushButton
    changed: Any
    left: Any
    removed: Any

    @property
    def plain(self) -> dict[str, Any]:
        """The entry as it stands."""

    def show_value(self, value: Any) -> None:
        """Shows an entry, or what stands in its place in settings that are wrong."""

    def show_findings(self, found: Mapping[str, Finding]) -> bool:
        """Shows what is wrong with the entry; whether there is something."""


Row = TypeVar("Row", bound=FieldRow)


class RowsField(PartedField, Generic[Row]):
    """`value` are plain entries; `rows` show them, in their order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._found: Mapping[str, Finding] = {}
        self.add_button = QPushButton(self, autoDefault=False)
        self._of_rows = QVBoxLayout()
        self._of_rows.setSpacing(SPACING)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACING)
        self.column.addLayout(self._of_rows)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.setFocusProxy(self.add_button)

    @abstractmethod
    def make_row(self) -> Row:
        """A new row, which may already be used."""

    def rows_changed(self) -> None:
        """To be called after rows came, went or moved."""
        self.retranslate()

    @property
    def value(self) -> list[dict[str, Any]]:
        """The entries."""
        return [row.plain for row in self.rows]

    def show_value(self, value: Any) -> None:
        """Shows these entries."""
        wanted = list(value) if isinstance(value, list | tuple) else []
        while len(self.rows) > len(wanted):
            self._drop(self.rows[-1])
        while len(self.rows) < len(wanted):
            self.append()
        for row, each in zip(self.rows, wanted, strict=True):
            row.show_value(each)
        self.rows_changed()

    def append(self) -> Row:
        """Adds a row at the end; `rows_changed` must follow."""
        row = self.make_row()
        row.changed.connect(self.changed)
        row.left.connect(self.left)
        row.removed.connect(partial(self._remove, row))
        self.rows.append(row)
        self._of_rows.addWidget(cast(QWidget, row))
        return row

    def move_row(self, row: Row, steps: int) -> None:
        """Moves a row down by so many, or up."""
        at = self.rows.index(row) + steps
        self.rows.remove(row)
        self.rows.insert(at, row)
        self._of_rows.removeWidget(cast(QWidget, row))
        self._of_rows.insertWidget(at, cast(QWidget, row))
        self.rows_changed()

    def _remove(self, row: Row) -> None:
        at = self.rows.index(row)
        self._drop(row)
        self.rows_changed()
        # The next one moves up to where the mouse and the focus are.
        (self.rows[min(at, len(self.rows) - 1)].remove_button if self.rows else self.add_button).setFocus()
        self.changed.emit()
        self.left.emit()

    def _drop(self, row: Row) -> None:
        self.rows.remove(row)
        widget = cast(QWidget, row)
        self._of_rows.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def show_findings(self, found: Mapping[str, Finding]) -> None:
        self._found = found
        wrong = [row for at, row in enumerate(self.rows) if row.show_findings(within(found, at))]
        self.setFocusProxy(cast(QWidget, wrong[0] if wrong else self.rows[0] if self.rows else self.add_button))
