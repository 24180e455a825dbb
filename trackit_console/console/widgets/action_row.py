"""One action of a business rule: its type, its fields, and buttons to move and remove it (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.field_texts import offer
from trackit_console.console.widgets.action_forms import ActionForm
from trackit_console.console.widgets.card import Card
from trackit_console.console.widgets.rows_field import SPACING
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.rule_actions import ACTION_LABELS
from trackit_console.settings.validation import Finding

if TYPE_CHECKING:
    from trackit_console.console.operations.business_rules import RuleOffers


MARGIN = 12


class ActionRow(Card):
    """One action. The fields of each type are made when it is first chosen, and keep what was entered."""

    changed = Signal()
    left = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = QLabel(self)
        self.type = QComboBox(self)
        self.up_button, self.down_button = QPushButton(self, autoDefault=False), QPushButton(self, autoDefault=False)
        self.remove_button = QPushButton(self, autoDefault=False)
        self._forms: dict[str, ActionForm] = {}
        self._offers: RuleOffers | None = None
        self._about_record = True
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        for widget in (self.number, self.type):
            head.addWidget(widget)
        head.addStretch(1)
        for button in (self.up_button, self.down_button, self.remove_button):
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(SPACING)
        self._column.addLayout(head)
        ignore_wheel(self.type)
        self.setFocusProxy(self.type)
        offer(self.type, ACTION_LABELS)
        self.type.currentIndexChanged.connect(self._type_chosen)
        self.up_button.clicked.connect(partial(self.moved.emit, -1))
        self.down_button.clicked.connect(partial(self.moved.emit, 1))
        self.remove_button.clicked.connect(self.removed)

    @property
    def form(self) -> ActionForm:
        """The fields of the chosen type."""
        name = self.type.currentData()
        if name not in self._forms:
            self._forms[name] = made = ActionForm(name, self)
            made.changed.connect(self.changed)
            made.left.connect(self.left)
            if self._offers is not None:
                made.offer(self._offers)
            made.offer_people_of_record(self._about_record)
            self._column.addWidget(made)
        return self._forms[name]

    def _show_form(self) -> None:
        shown = self.form
        for each in self._forms.values():
            each.setVisible(each is shown)

    def _type_chosen(self) -> None:
        self._show_form()
        self.changed.emit()

    @property
    def plain(self) -> dict[str, Any]:
        """The action as it stands."""
        return {"type": self.type.currentData(), **self.form.plain}

    def show_value(self, value: Any) -> None:
        """Shows an action, or what stands in its place in settings that are wrong."""
        plain = dict(value) if isinstance(value, BaseModel | Mapping) else {}
        with QSignalBlocker(self.type):
            self.type.setCurrentIndex(max(self.type.findData(plain.get("type")), 0))
        self._show_form()
        self.form.show_values(plain)

    def offer(self, offers: RuleOffers) -> None:
        """What can be named."""
        self._offers = offers
        for each in self._forms.values():
            each.offer(offers)

    def offer_people_of_record(self, offered: bool) -> None:
        """Whether there is a record, with a requestor and a technician."""
        self._about_record = offered
        for each in self._forms.values():
            each.offer_people_of_record(offered)

    def show_findings(self, found: Mapping[str, Finding]) -> bool:
        """Shows what is wrong with the action; whether there is something."""
        wrong = self.form.show_findings(found)
        self.setFocusProxy(wrong or self.type)
        return bool(found)

    def retranslate(self, number: int, count: int) -> None:
        """Sets all texts in the current language; it is the action `number` of `count`, from 1."""
        offer(self.type, ACTION_LABELS)
        self.number.setText(f"{number}.")
        self.type.setAccessibleName(self.tr("Action {number}").format(number=number))
        for button, words, name in (
            (self.up_button, self.tr("Up"), self.tr("Move action {number} up")),
            (self.down_button, self.tr("Down"), self.tr("Move action {number} down")),
            (self.remove_button, self.tr("Remove"), self.tr("Remove action {number}")),
        ):
            button.setText(words)
            button.setAccessibleName(name.format(number=number))
        self.up_button.setEnabled(number > 1)
        self.down_button.setEnabled(number < count)
        for each in self._forms.values():
            each.retranslate()
