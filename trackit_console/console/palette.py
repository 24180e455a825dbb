"""The palette: the colours of what Fusion draws itself, without the style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from trackit_console.console.colours import Tokens


def palette(tokens: Tokens) -> QPalette:
    """The palette for what Fusion draws itself: check boxes, arrows, selections, placeholders."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.bg,
        role.WindowText: tokens.text,
        role.Base: tokens.field,
        role.AlternateBase: tokens.pane,
        role.Text: tokens.text,
        role.Button: tokens.pane,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.PlaceholderText: tokens.dim,
        role.ToolTipBase: tokens.pane,
        role.ToolTipText: tokens.text,
        role.Accent: tokens.accent,
    }
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(each, QColor(colour))
    # setColor without a group has set all groups: disabled texts would look like enabled ones.
    for each in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.dim))
    return made
