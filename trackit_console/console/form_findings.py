"""What is wrong with the fields of a form, shown at each of them (T-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from trackit_console.console.display_text import translated
from trackit_console.console.editors import Editor
from trackit_console.console.widgets.parted_field import PartedField
from trackit_console.console.widgets.pill import restyle
from trackit_console.settings.validation import Finding


class FormFindings:
    """The findings of the form: one at a field, in its label `<field>_message` and as a red bar at its editor."""

    def __init__(self, form: object, names: Iterable[str], editors: Mapping[str, Editor]) -> None:
        self._form = form
        self._editors = editors
        self._findings: dict[str, Finding] = {}
        for name in names:
            if (message := self._message(name)) is not None:
                message.setTextFormat(Qt.TextFormat.PlainText)  # what was typed is repeated here, and is not HTML
            self._show_at(name)

    @property
    def fields(self) -> list[str]:
        """The fields that show a finding."""
        return list(self._findings)

    def show(self, findings: Sequence[Finding], only: Iterable[str] | None = None) -> None:
        """Shows each finding at its field and removes old ones; `only` limits this to some fields."""
        # Backwards, so that of several findings at a field the first one stays.
        first = {self._place(each): each for each in reversed(findings)}
        for name in self._editors if only is None else only:
            self._findings.pop(name, None)
            if name in first:
                self._findings[name] = first[name]
            self._show_at(name)
            if isinstance(editor := self._editors.get(name), PartedField):
                editor.show_findings({_part(each): each for each in reversed(findings) if self._place(each) == name})

    def focus_first(self, findings: Sequence[Finding]) -> None:
        """Focuses the first field with a finding, from top to bottom."""
        places = {self._place(each) for each in findings}
        wrong = [editor for name, editor in self._editors.items() if name in places and editor.isVisible()]
        if wrong:
            # By position: fields do not stand in the order in which the model declares them.
            min(wrong, key=lambda editor: editor.mapToGlobal(QPoint()).y()).setFocus()

    def retranslate(self) -> None:
        """Shows the same findings in the current language."""
        for name in self._editors:
            self._show_at(name)

    def _place(self, found: Finding) -> str:
        """The field that shows it: of a part (`reminders.1.template`) the field that has it."""
        return found.field if found.field in self._editors else found.field.partition(".")[0]

    def _is_shown_at(self, name: str) -> bool:
        """Whether it has a finding, and not one that its part shows."""
        found = self._findings.get(name)
        return found is not None and not (_part(found) and isinstance(self._editors.get(name), PartedField))

    def _message(self, name: str) -> QLabel | None:
        message = getattr(self._form, f"{name}_message", None)
        return message if isinstance(message, QLabel) else None

    def _show_at(self, name: str) -> None:
        words = translated(self._findings[name].message) if self._is_shown_at(name) else ""
        if (message := self._message(name)) is not None:
            message.setText(words)
            message.setVisible(bool(words))
        editor = self._editors.get(name)
        if editor is not None:
            # A screen reader reads the description of the editor, not the label below it.
            editor.setAccessibleDescription(words)
            # Only when it changes: polishing is slow, and this runs for every field after every edit.
            if bool(editor.property("wrong")) != bool(words):
                editor.setProperty("wrong", "true" if words else None)
                restyle(editor)


def _part(found: Finding) -> str:
    """The path of the part within its field."""
    return found.field.partition(".")[2]
