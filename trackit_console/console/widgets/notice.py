"""A label with a coloured edge that tells a result: `warn` or `ok`."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel


def show_notice(label: QLabel, words: str, tone: str) -> None:
    """Shows `words` in a `tone` of the style sheet; hides the label without words."""
    label.setProperty("notice", tone)
    # Qt looks properties up in the style sheet only when it is told to, and margins only when the text is set.
    label.style().unpolish(label)
    label.style().polish(label)
    label.setText(words)
    label.setVisible(bool(words))
