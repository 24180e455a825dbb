"""Edits the text of a notification template: its tokens are highlighted, and those that do not exist underlined (NOT-01)."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPalette, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from trackit_console.settings.limits import utf16_length
from trackit_console.settings.tokens import token_spans


class TemplateEditor(QPlainTextEdit):
    """A plain text editor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._highlighter = _Highlighter(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.rehighlight()

    @property
    def wrong(self) -> list[str]:
        """What is underlined."""
        return [
            text[each.start : each.end] for text in self.toPlainText().split("\n") for each in token_spans(text) if not each.known
        ]


class _Highlighter(QSyntaxHighlighter):
    """Line by line: no token goes over the end of a line."""

    def __init__(self, editor: TemplateEditor) -> None:
        super().__init__(editor.document())
        self._editor = editor

    def highlightBlock(self, text: str) -> None:
        for each in token_spans(text):
            # Qt counts UTF-16 code units, Python characters.
            start, length = utf16_length(text[: each.start]), utf16_length(text[each.start : each.end])
            self.setFormat(start, length, self._known() if each.known else self._unknown())

    def _known(self) -> QTextCharFormat:
        shown = QTextCharFormat()
        shown.setForeground(self._editor.palette().brush(QPalette.ColorRole.Link))
        shown.setFontWeight(QFont.Weight.Medium)
        return shown

    def _unknown(self) -> QTextCharFormat:
        shown = QTextCharFormat()
        shown.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        shown.setUnderlineColor(self._editor.palette().color(QPalette.ColorRole.BrightText))
        return shown
