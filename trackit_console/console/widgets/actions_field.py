"""The actions of a business rule in their order: a row for each (NOT-03)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.action_row import ActionRow
from trackit_console.console.widgets.rows_field import RowsField
from trackit_console.settings.rule_actions import ACTION_LABELS

if TYPE_CHECKING:
    from trackit_console.console.operations.business_rules import RuleOffers


class ActionsField(RowsField[ActionRow]):
    """`value` are plain actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: RuleOffers | None = None
        self._about_record = True
        self._menu = QMenu(self)
        # Filled when it opens: its words are those of the language of that moment.
        self._menu.aboutToShow.connect(self._fill_menu)
        self.add_button.setMenu(self._menu)
        self.retranslate()

    def offer(self, offers: RuleOffers) -> None:
        """What actions can name."""
        self._offers = offers
        for row in self.rows:
            row.offer(offers)

    def offer_people_of_record(self, offered: bool) -> None:
        """Whether the events are about a record, with a requestor and a technician."""
        self._about_record = offered
        for row in self.rows:
            row.offer_people_of_record(offered)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for name, words in ACTION_LABELS.items():
            self._menu.addAction(label(words)).triggered.connect(partial(self._add, name))

    def _add(self, type_name: str, *_checked: object) -> None:
        self.add(type_name)

    def add(self, type_name: str) -> None:
        """**Add action** of this type."""
        row = self.append()
        row.show_value({"type": type_name})
        self.rows_changed()
        row.form.setFocus()
        self.changed.emit()

    def make_row(self) -> ActionRow:
        row = ActionRow(self)
        if self._offers is not None:
            row.offer(self._offers)
        row.offer_people_of_record(self._about_record)
        row.moved.connect(partial(self._move, row))
        return row

    def _move(self, row: ActionRow, steps: int) -> None:
        self.move_row(row, steps)
        button = row.up_button if steps < 0 else row.down_button
        (button if button.isEnabled() else row.type).setFocus()
        self.changed.emit()
        self.left.emit()

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        self.add_button.setText(self.tr("Add action"))
        for at, row in enumerate(self.rows):
            row.retranslate(at + 1, len(self.rows))
        self.show_findings(self._found)
        name_buttons(self)
