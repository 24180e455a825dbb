"""Base of fields with several entries, such as conditions: what is wrong is shown at the part that is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel, QWidget

from trackit_console.console.display_text import translated
from trackit_console.console.widgets.pill import restyle
from trackit_console.console.widgets.value_field import ValueField
from trackit_console.settings.validation import Finding


class PartedField(ValueField):
    """A `ValueField` that is given the findings about its parts, by their path within it (`1.text`)."""

    def show_findings(self, found: Mapping[str, Finding]) -> None:
        """Shows each finding at its part, removes old ones, and makes the first wrong part the one that takes the focus."""
        raise TypeError(type(self).__name__)


def show_finding(editor: QWidget, message: QLabel | None, found: Finding | None) -> None:
    """Shows what is wrong at `editor` and in `message` below it; None: nothing."""
    words = translated(found.message) if found else ""
    if message is not None:
        message.setText(words)
        message.setVisible(bool(words))
    editor.setAccessibleDescription(words)
    if bool(editor.property("wrong")) != bool(words):
        editor.setProperty("wrong", "true" if words else None)
        restyle(editor)


def within(found: Mapping[str, Finding], part: str | int) -> dict[str, Finding]:
    """The findings below `part`, by their path within it; one about the part itself has an empty path."""
    split = {path: path.partition(".") for path in found}
    return {rest: found[path] for path, (head, _, rest) in split.items() if head == str(part)}
