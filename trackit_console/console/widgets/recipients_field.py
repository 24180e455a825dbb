"""Who gets a mail: check boxes for people of the record, and a list of fixed addresses (NOT-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from trackit_console.console.display_text import label, tip
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.list_field import ListField
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.recipients import Recipients

PEOPLE = ("requestor", "technician", "all_technicians", "participants")
_COLUMNS = 2
LIST_HEIGHT = 84
"""Room for two addresses: most mails have none."""


class RecipientsField(ValueField):
    """`value` is a `Recipients`; while an address is wrong, the plain data that the model refuses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {name: QCheckBox(self) for name in PEOPLE}
        self.addresses_label = QLabel(self)
        self.addresses_label.setProperty("role", "label")
        self.addresses = ListField(self)
        self.addresses.setObjectName("recipient_addresses")
        self.addresses.list.setFixedHeight(LIST_HEIGHT)
        self.addresses_label.setBuddy(self.addresses)
        self.setFocusProxy(self.boxes[PEOPLE[0]])
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for at, (name, box) in enumerate(self.boxes.items()):
            box.setObjectName(name)
            box.toggled.connect(self._ticked)
            grid.addWidget(box, at // _COLUMNS, at % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.addresses_label)
        column.addWidget(self.addresses)
        self.addresses.changed.connect(self.changed)
        self.addresses.left.connect(self.left)
        self.retranslate()

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the list of addresses: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self.addresses.setProperty("wrong", self.property("wrong"))
        return super().event(event)

    def _ticked(self) -> None:
        self.changed.emit()
        self.left.emit()

    @property
    def value(self) -> Recipients | dict[str, Any]:
        """The recipients."""
        plain = {name: box.isChecked() for name, box in self.boxes.items()} | {"addresses": self.addresses.lines}
        try:
            return Recipients.model_validate(plain)
        except ValidationError:
            return plain

    def show_value(self, value: Recipients | Mapping[str, Any] | None) -> None:
        """Shows the recipients; None ticks nobody."""
        plain = dict(value) if isinstance(value, BaseModel | Mapping) else {}
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(plain.get(name) is True)
        self.addresses.show_lines([str(each) for each in plain.get("addresses") or ()])

    def offer_people_of_record(self, offered: bool) -> None:
        """Whether the requestor, the technician and the thread can be chosen: an event about a mailbox has no record."""
        for name in ("requestor", "technician", "participants"):
            self.boxes[name].setEnabled(offered)

    def retranslate(self) -> None:
        """Sets all texts in the current language."""
        for name, box in self.boxes.items():
            field = Recipients.model_fields[name]
            box.setText(label(field.title or ""))
            box.setToolTip(tip(label(field.description or "")))
        addresses = Recipients.model_fields["addresses"]
        self.addresses_label.setText(label(addresses.title or ""))
        self.addresses.setToolTip(tip(label(addresses.description or "")))
        self.addresses.setAccessibleName(label(addresses.title or ""))
        name_buttons(self)

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.boxes[PEOPLE[0]].setAccessibleDescription(description)
        self.addresses.setAccessibleDescription(description)
