"""The reminders of a service level: a list within its dialog, and a dialog for each (NOT-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.compiled.ui_reminder_dialog import Ui_ReminderDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import label
from trackit_console.console.language import name_buttons
from trackit_console.console.widgets.duration_field import duration_text
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.recipients_field import PEOPLE
from trackit_console.console.widgets.shortcuts import shortcut_in
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import LIMIT_LABELS, Reminder
from trackit_console.store.row_mapping import Stored

LIST_HEIGHT = 128


class ReminderDialog(ObjectDialog):
    """**Reminder**: when, to whom, and by which template."""

    model, form, page = Reminder, Ui_ReminderDialog, "service-levels"

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("Add reminder"), self.tr("Edit reminder")

    def offer_templates(self, names: Sequence[str]) -> None:
        """The notification templates that there are."""
        self.ui.template.offer_names(names)


class RemindersField(ValueField):
    """`value` is a list of `Reminder`; those that are wrong stay plain data, which the model refuses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reminders: list[Any] = []
        self._templates: Sequence[str] = ()
        self._window_settings: QSettings | None = None
        self.list = QListWidget(self)
        self.list.setFixedHeight(LIST_HEIGHT)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.add_button, self.edit_button, self.remove_button = (QPushButton(self, autoDefault=False) for _ in range(3))
        self.setFocusProxy(self.list)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add_button, self.edit_button, self.remove_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list)
        column.addLayout(row)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.add)
        self.edit_button.clicked.connect(self.edit)
        self.remove_button.clicked.connect(self.remove)
        self.list.itemDoubleClicked.connect(self.edit)
        self.list.itemSelectionChanged.connect(self._refresh)
        keys: tuple[tuple[Qt.Key, Callable[[], None]], ...] = (
            (Qt.Key.Key_Delete, self.remove),
            (Qt.Key.Key_Return, self.edit),
            (Qt.Key.Key_Enter, self.edit),
        )
        for key, slot in keys:
            shortcut_in(self.list, key, slot)

    def begin(self, window_settings: QSettings) -> None:
        """Where the dialogs keep their size."""
        self._window_settings = window_settings

    def offer_templates(self, names: Sequence[str]) -> None:
        """The notification templates that a reminder can have."""
        self._templates = names

    def event(self, event: QEvent) -> bool:
        # What marks a field as wrong is drawn at the list: this widget has no frame.
        if event.type() == QEvent.Type.DynamicPropertyChange and self.list.property("wrong") != self.property("wrong"):
            self.list.setProperty("wrong", self.property("wrong"))
            restyle(self.list)
        return super().event(event)

    @property
    def value(self) -> list[Any]:
        """The reminders."""
        return list(self._reminders)

    def show_value(self, value: Any) -> None:
        """Shows these reminders."""
        self._reminders = list(value or ())
        self._fill(-1)

    def _fill(self, selected: int) -> None:
        self.list.clear()
        for each in self._reminders:
            self.list.addItem(reminder_text(each))
        if 0 <= selected < self.list.count():
            self.list.setCurrentRow(selected)
        self._refresh()

    # ------------------------------------------------------------------ actions

    def add(self) -> None:
        """**Add…**."""
        self._open(None)

    def edit(self) -> None:
        """**Edit…** the selected reminder."""
        if self.list.selectedItems():
            self._open(self.list.currentRow())

    def remove(self) -> None:
        """**Remove** the selected reminder."""
        if self.list.selectedItems():
            at = self.list.currentRow()
            del self._reminders[at]
            self._changed(min(at, len(self._reminders) - 1))

    def _open(self, at: int | None) -> None:
        assert self._window_settings is not None, "begin() comes first"
        stored = None if at is None else Stored(0, 0, _as_model(self._reminders[at]))
        dialog = ReminderDialog(self._window_settings, stored, self.window())
        dialog.offer_templates(self._templates)
        dialog.opened()
        dialog.saved.connect(partial(self._made, dialog, at))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _made(self, dialog: ReminderDialog, at: int | None, made: Reminder) -> None:
        if at is None:
            self._reminders.append(made)
        else:
            self._reminders[at] = made
        dialog.saving_succeeded()
        self._changed(len(self._reminders) - 1 if at is None else at)

    def _changed(self, selected: int) -> None:
        self._fill(selected)
        self.changed.emit()
        self.left.emit()

    def _refresh(self) -> None:
        chosen = bool(self.list.selectedItems())
        self.edit_button.setEnabled(chosen)
        self.remove_button.setEnabled(chosen)

    # ------------------------------------------------------------------ words

    def retranslate(self) -> None:
        self.add_button.setText(self.tr("Add…"))
        self.edit_button.setText(self.tr("Edit…"))
        self.remove_button.setText(self.tr("Remove"))
        self.add_button.setAccessibleName(self.tr("Add reminder"))
        self.edit_button.setAccessibleName(self.tr("Edit reminder"))
        self.remove_button.setAccessibleName(self.tr("Remove reminder"))
        name_buttons(self)
        self._fill(self.list.currentRow())

    def setAccessibleName(self, name: str) -> None:
        """The list is known by the title of the field."""
        super().setAccessibleName(name)
        self.list.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """What is wrong is read where the focus goes."""
        super().setAccessibleDescription(description)
        self.list.setAccessibleDescription(description)


def _as_model(reminder: Any) -> Reminder:
    """One that another version or a person wrote wrong is opened as far as it can be."""
    return reminder if isinstance(reminder, Reminder) else Reminder.model_construct(**reminder)


def reminder_text(reminder: Any) -> str:
    """A reminder in one line: `Closing, 1 h before it is due · Assigned technician · Due soon`."""
    plain = dict(reminder) if isinstance(reminder, BaseModel | Mapping) else {}
    minutes, before = plain.get("minutes"), plain.get("when") == "before"
    if not isinstance(minutes, int):
        when = ""
    elif minutes == 0:
        when = QCoreApplication.translate("RemindersField", "when it is due")
    else:
        words = (
            QCoreApplication.translate("RemindersField", "{time} before it is due")
            if before
            else QCoreApplication.translate("RemindersField", "{time} after it was due")
        )
        when = words.format(time=duration_text(minutes))
    limit = label(LIMIT_LABELS.get(str(plain.get("limit")), ""))
    return " · ".join((f"{limit}, {when}", _recipients_text(plain.get("recipients")), str(plain.get("template", ""))))


def _recipients_text(recipients: Any) -> str:
    plain = dict(recipients) if isinstance(recipients, BaseModel | Mapping) else {}
    people = [label(Recipients.model_fields[name].title or "") for name in PEOPLE if plain.get(name) is True]
    return ", ".join([*people, *(str(each) for each in plain.get("addresses") or ())])
