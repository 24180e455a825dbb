"""The texts of a form's fields: help, units, choices and limits, all from the settings model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QSpinBox

from trackit_console.console.display_text import label, tip
from trackit_console.console.editors import Editor
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.limits import IntRange, SingleLineText, limits_of
from trackit_console.settings.presentation import presentation_of


def describe(editor: Editor, hint: QLabel | None, field: FieldInfo) -> None:
    """Shows help, unit and choices of the field in the current language; its title is shown by `Binding`."""
    shown, help_text = presentation_of(field), label(field.description or "")
    editor.setAccessibleName(label(field.title or ""))
    editor.setToolTip(tip(help_text))
    if hint is not None:
        hint.setText(help_text)
    if isinstance(editor, QComboBox):
        if shown.empty:
            _offer_nothing(editor, label(shown.empty))
        offer(editor, shown.choices)
    if isinstance(editor, ValueField):
        editor.describe(field)
    if isinstance(editor, QSpinBox):
        editor.setSuffix(f" {label(shown.unit)}" if shown.unit else "")
        # A spin box shows this text at its minimum, 0, which may stand for an empty field.
        special = shown.empty or shown.zero
        editor.setSpecialValueText(label(special) if special else "")
    if isinstance(editor, QLineEdit) and is_secret(field):
        editor.setEchoMode(QLineEdit.EchoMode.Password)
    _limit(editor, field)


def _limit(editor: Editor, field: FieldInfo) -> None:
    """Sets limits wide enough that a wrong value can be entered and is explained, instead of being blocked silently."""
    limits = limits_of(field)
    if isinstance(editor, QSpinBox) and isinstance(limits, IntRange):
        editor.setRange(0, limits.most * 10 + 9)
    elif isinstance(editor, QLineEdit) and isinstance(limits, SingleLineText):
        editor.setMaxLength(max(limits.most, 1000))


def offer(combo: QComboBox, choices: Mapping[Any, str]) -> None:
    """Fills the list, or updates its texts in the current language; the selection stays."""
    for value, words in choices.items():
        at = combo.findData(value)
        show_item(combo, combo.count() if at < 0 else at, label(words), value)


def show_item(combo: QComboBox, at: int, words: str, value: Any) -> None:
    """Updates the text of the entry at `at`, or adds it; the selection stays."""
    with QSignalBlocker(combo):
        if at < combo.count():
            combo.setItemText(at, words)
        else:
            combo.addItem(words, value)


def _offer_nothing(combo: QComboBox, words: str) -> None:
    """Makes the first entry the one for an empty field."""
    if combo.count() > 0 and combo.itemData(0) is not None:
        with QSignalBlocker(combo):
            combo.insertItem(0, words, None)
    show_item(combo, 0, words, None)


def browse(editor: QLineEdit, field: FieldInfo) -> bool:
    """Opens a file dialog; returns whether a file was chosen."""
    kinds = f"{label(field.title or '')} ({presentation_of(field).files})" if presentation_of(field).files else ""
    everything = QCoreApplication.translate("field_texts", "All files (*)")
    name, _ = QFileDialog.getOpenFileName(
        editor.window(), label(field.title or ""), editor.text(), ";;".join(each for each in (kinds, everything) if each)
    )
    if name:
        editor.setText(name)
    return bool(name)
