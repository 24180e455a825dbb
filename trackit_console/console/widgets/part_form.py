"""A small form within a field: an editor for each field of a group of settings, with title and message (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.editor_signals import listen
from trackit_console.console.editors import Editor, show, value_of
from trackit_console.console.field_texts import describe
from trackit_console.console.widgets.parted_field import show_finding, within
from trackit_console.console.widgets.token_button import TokenButton
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.validation import Finding

SPACING = 12
LABEL_SPACING = 4


class PartForm(QWidget):
    """The `editors` by the names of the fields of `model`, placed in `rows` of names; the last of three is the widest.

    A field in `with_tokens` has a button that inserts a token.
    """

    changed = Signal()
    left = Signal()

    def __init__(
        self,
        model: type[BaseModel],
        editors: Mapping[str, Editor],
        rows: Sequence[Sequence[str]],
        with_tokens: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.editors = editors
        self.labels: dict[str, QLabel] = {}
        self.messages: dict[str, QLabel] = {}
        self.token_buttons: dict[str, TokenButton] = {}
        self._found: Mapping[str, Finding] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        for names in rows:
            row = QHBoxLayout()
            row.setSpacing(SPACING)
            for name in names:
                wide = len(names) > 2 and name == names[-1]
                row.addLayout(self._part(name, name in with_tokens), 2 if wide else 1)
            column.addLayout(row)
        self.setFocusProxy(editors[rows[0][0]])
        self.retranslate()
        self.show_findings({})

    def _part(self, name: str, with_tokens: bool) -> QVBoxLayout:
        editor = self.editors[name]
        editor.setParent(self)
        editor.setObjectName(name)
        listen(editor, self._edited, self._left)
        ignore_wheel(editor)
        part = QVBoxLayout()
        part.setSpacing(LABEL_SPACING)
        if not isinstance(editor, QCheckBox):
            title = self.labels[name] = QLabel(self)
            title.setProperty("role", "label")
            title.setBuddy(editor)
            part.addWidget(title)
        part.addWidget(editor)
        if with_tokens:
            part.addLayout(self._token_row(name, editor))
        message = self.messages[name] = QLabel(self)
        message.setProperty("role", "error")
        message.setWordWrap(True)
        part.addWidget(message)
        part.addStretch(1)
        return part

    def _token_row(self, name: str, editor: Editor) -> QHBoxLayout:
        button = self.token_buttons[name] = TokenButton(self)
        button.setAutoDefault(False)
        button.show_for_one_line(isinstance(editor, QLineEdit))
        button.token_chosen.connect(self._insert_into(editor))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        return row

    def _insert_into(self, editor: Editor) -> Any:
        def insert(token: str) -> None:
            editor.setFocus()
            if isinstance(editor, QLineEdit):
                editor.insert(token)
                self.changed.emit()  # Qt tells of an insertion by the program alone as of a filled form
            elif isinstance(editor, QPlainTextEdit):
                editor.insertPlainText(token)

        return insert

    def _edited(self, *_value: object) -> None:
        self.changed.emit()

    def _left(self, *_value: object) -> None:
        self.left.emit()

    @property
    def plain(self) -> dict[str, Any]:
        """What the editors hold."""
        return {name: self._plain(name, editor) for name, editor in self.editors.items()}

    def _plain(self, name: str, editor: Editor) -> Any:
        value = value_of(editor)
        optional = NoneType in get_args(self._model.model_fields[name].annotation)
        if value is None or value == "":
            return None if optional else ""
        return value.model_dump() if isinstance(value, BaseModel) else value

    def show_values(self, plain: Mapping[str, Any]) -> None:
        """Shows these values, and the defaults of fields that are not among them."""
        for name, editor in self.editors.items():
            field = self._model.model_fields[name]
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            value = plain.get(name, default)
            if isinstance(editor, QComboBox) and value == "" and editor.findData(value) < 0:
                value = None  # what the first entry of a list stands for
            with QSignalBlocker(editor):
                show(editor, value)

    def show_findings(self, found: Mapping[str, Finding]) -> QWidget | None:
        """Shows what is wrong at each editor; answers the first one that is wrong."""
        self._found = found
        wrong: list[QWidget] = []
        for name, editor in self.editors.items():
            first = next(iter(within(found, name).values()), None)
            show_finding(editor, self.messages[name], first)
            wrong += [editor] if first else []
        return wrong[0] if wrong else None

    def retranslate(self) -> None:
        """Sets all texts in the current language; the values stay."""
        for name, editor in self.editors.items():
            field = self._model.model_fields[name]
            with QSignalBlocker(editor):
                describe(editor, None, field)
            if isinstance(editor, QCheckBox):
                editor.setText(label(field.title or ""))
            else:
                self.labels[name].setText(label(field.title or ""))
        for button in self.token_buttons.values():
            button.setText(self.tr("Insert token"))
        self.show_findings(self._found)


def make_combo() -> QComboBox:
    """A list that is no wider than its form."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    return combo
