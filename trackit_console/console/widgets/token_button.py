"""**Insert token**: a menu of the tokens of notification templates, by what they are about (NOT-01)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from trackit_console.console.display_text import label, shortened, tip
from trackit_console.settings.token_table import TOKENS, TOPIC_LABELS, TokenDeclaration, TokenTopic

SAMPLE_LENGTH = 40


class TokenButton(QPushButton):
    """Emits `token_chosen` with the token as it is written, braces included."""

    token_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu(self)
        # Filled when it opens: its words are those of the language of that moment.
        self._menu.aboutToShow.connect(self._fill)
        self._one_line = False
        self.setMenu(self._menu)

    def show_for_one_line(self, one_line: bool) -> None:
        """Whether it is about a subject, where a token of several lines cannot stand."""
        self._one_line = one_line

    def open_at(self, place: QPoint) -> None:
        """Opens the menu at a place of the screen."""
        # Not showMenu, which would wait here in an event loop of its own.
        self._menu.popup(place)

    def _fill(self) -> None:
        self._menu.clear()
        for topic in TokenTopic:
            part = self._menu.addMenu(label(TOPIC_LABELS[topic]))
            part.setToolTipsVisible(True)
            for token in TOKENS.values():
                if token.topic is topic:
                    self._add(part, token)

    def _add(self, menu: QMenu, token: TokenDeclaration) -> None:
        # Behind a tab, a menu shows what it shows of shortcuts: in a column of its own.
        sample = shortened(" ".join(token.sample.split()), SAMPLE_LENGTH).replace("&", "&&")
        action = menu.addAction(f"{label(token.title)}\t{sample}")
        action.setObjectName(token.name)
        action.setToolTip(tip(label(token.description)))
        action.setEnabled(not (self._one_line and token.many_lines))
        action.triggered.connect(partial(self._choose, token.name))

    def _choose(self, name: str, *_checked: object) -> None:
        self.token_chosen.emit("{" + name + "}")
