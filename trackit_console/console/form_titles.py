"""The titles beside the editors of a form, with Alt keys that lead to them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.fields import FieldInfo
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from trackit_console.console.display_text import label
from trackit_console.console.editors import Editor
from trackit_console.console.widgets.mnemonics import letters_of, with_mnemonic


def show_titles(form: object, form_widget: QWidget, editors: Mapping[str, Editor], fields: Mapping[str, FieldInfo]) -> None:
    """Sets the titles of `fields` in the current language, with unique Alt keys within `form_widget` for the visible ones."""
    titled = {name: _titled(form, name, editors[name]) for name in fields}
    taken = letters_of(form_widget, {widget for widget in titled.values() if widget is not None})
    titles = {name: label(fields[name].title or "") for name, widget in titled.items() if widget is not None}
    # Those with few letters choose first, so that there is one left for each.
    for name in sorted(titles, key=lambda each: len(set(titles[each].casefold()))):
        if (widget := titled[name]) is not None:
            shown = _is_shown(form, form_widget, name)
            widget.setText(with_mnemonic(titles[name], taken) if shown else titles[name])


def _titled(form: object, name: str, editor: Editor) -> QLabel | QCheckBox | None:
    """The widget that shows the title of a field: its check box, or the label beside its editor."""
    beside = getattr(form, f"{name}_label", None)
    if isinstance(editor, QCheckBox):
        return editor
    if isinstance(beside, QLabel):
        # The Alt key of a label moves the focus to its buddy.
        beside.setBuddy(editor)
        return beside
    return None


def _is_shown(form: object, form_widget: QWidget, name: str) -> bool:
    container = getattr(form, f"{name}_field", None)
    # Not isVisible: that is false as long as the window is not shown, when the titles are set for the first time. Not isHidden: a
    # field in a section that is folded up must not take the letter of one that can be seen.
    return not isinstance(container, QWidget) or container.isVisibleTo(form_widget)
