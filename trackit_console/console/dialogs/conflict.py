"""Two values of the same fields side by side, and which of the two each field is to have (DB-04)."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trackit_console.console.display_text import translated
from trackit_console.console.geometry import limit_to_screen
from trackit_console.console.language import is_language_change, name_buttons

if TYPE_CHECKING:
    from trackit_console.console.conflicts import FieldChoice
    from trackit_console.console.saved_by_another import SavedByAnother

_WIDTH, _HEIGHT, _MOST_HEIGHT = 760, 220, 680
_LINE, _LINES = 44, 14
"""Letters in a line and lines of a value; the tool tip has it whole."""


class ConflictDialog(QDialog):
    """Rows of `choices` under the headings `mine` and `theirs`; `chosen_mine` are the fields whose first value was chosen.

    Closing it, or Esc, leaves what each field prefers.
    """

    def __init__(
        self,
        parent: QWidget,
        words: Sequence[str],
        headings: tuple[str, str, str],
        choices: Sequence[FieldChoice],
        action: str,
    ) -> None:
        """`words` are the sentences above the table; `headings` the title of the dialog and those of the two columns.

        `action` is the text of the button that takes the choice.
        """
        super().__init__(parent)
        title, self._mine, self._theirs = headings
        self._words = words
        self.choices = choices
        self.buttons: dict[str, tuple[QRadioButton | None, QRadioButton]] = {}
        self.setWindowTitle(title)
        self.message = self._label("\n\n".join(each for each in words if each))
        self.apply_button, self.copy_button = QPushButton(action, self), QPushButton(self)
        self.cancel_button = QPushButton(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.message)
        layout.addWidget(self._table(), 1)
        layout.addWidget(self._box())
        self._show_texts()
        self.resize(_WIDTH, min(_HEIGHT + self._grid.sizeHint().height(), _MOST_HEIGHT))
        limit_to_screen(self)
        # Not the first choice, which a key that was meant for the form would change.
        self.apply_button.setFocus()

    @property
    def chosen_mine(self) -> frozenset[str]:
        """The fields that are to have the first of their values."""
        return frozenset(name for name, (mine, _theirs) in self.buttons.items() if mine is not None and mine.isChecked())

    def _box(self) -> QDialogButtonBox:
        # Before it is in the box, which fits it: the style looks at the property once.
        self.apply_button.setProperty("primary", "true")
        box = QDialogButtonBox(self)
        box.addButton(self.apply_button, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.copy_button.clicked.connect(self.copy)
        self.apply_button.setDefault(True)
        return box

    def _table(self) -> QScrollArea:
        body = QWidget(self)
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        for column, words in ((1, self._mine), (2, self._theirs)):
            self._grid.addWidget(self._label(words, "label"), 0, column)
        for row, choice in enumerate(self.choices, 1):
            self._add_row(row, choice)
        self._grid.setRowStretch(len(self.choices) + 1, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        area.setVisible(bool(self.choices))
        return area

    def _add_row(self, row: int, choice: FieldChoice) -> None:
        self._grid.addWidget(self._label(choice.title, "label"), row, 0, Qt.AlignmentFlag.AlignVCenter)
        group = QButtonGroup(self)
        # In the order in which Tab goes through them.
        mine = None if choice.mine is None else self._button(choice, self._mine, choice.mine)
        theirs = self._button(choice, self._theirs, choice.theirs)
        for column, button in ((1, mine), (2, theirs)):
            if button is not None:
                group.addButton(button)
                self._grid.addWidget(button, row, column, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        (mine if mine is not None and choice.prefers_mine else theirs).setChecked(True)
        self.buttons[choice.name] = (mine, theirs)

    def _button(self, choice: FieldChoice, side: str, value: str) -> QRadioButton:
        # A radio button does not break its lines, and takes an ampersand for a mnemonic.
        button = QRadioButton(_broken(value).replace("&", "&&"), self)
        button.setAccessibleName(f"{choice.title}, {side}: {value}")
        button.setToolTip(value if value != _broken(value) else "")
        return button

    def _label(self, words: str, role: str = "") -> QLabel:
        label = QLabel(words, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            label.setProperty("role", role)
        return label

    def copy(self) -> None:
        """**Copy**: everything that is shown, as text."""
        rows = [f"{each.title}\n\t{self._mine}: {each.mine or ''}\n\t{self._theirs}: {each.theirs}" for each in self.choices]
        QGuiApplication.clipboard().setText("\n".join([*self._words, *rows]))

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self._show_texts()
        super().changeEvent(event)

    def _show_texts(self) -> None:
        self.copy_button.setText(self.tr("Copy"))
        self.cancel_button.setText(self.tr("Cancel"))
        name_buttons(self)


def conflict_dialog(parent: QWidget, problem: SavedByAnother, choices: Sequence[FieldChoice]) -> ConflictDialog:
    """The dialog that says who saved first, and what."""
    title = QCoreApplication.translate("ConflictDialog", "Saved by somebody else")
    mine = QCoreApplication.translate("ConflictDialog", "Yours")
    theirs = QCoreApplication.translate("ConflictDialog", "Saved by {who}").format(who=problem.who)
    words = (translated(problem.message), translated(problem.remedy_message))
    action = QCoreApplication.translate("ConflictDialog", "Use this choice")
    return ConflictDialog(parent, words, (title, mine, theirs), choices, action)


def show_conflict(
    parent: QWidget,
    problem: SavedByAnother,
    choices: Sequence[FieldChoice],
    take: Callable[[Collection[str], Collection[str]], Any],
) -> None:
    """Opens the dialog. `take` gets the fields whose choice is another one than what the form has: mine, and theirs."""
    dialog = conflict_dialog(parent, problem, choices)

    def take_choice() -> None:
        mine = {each.name for each in choices if not each.prefers_mine and each.name in dialog.chosen_mine}
        take(mine, {each.name for each in choices if each.prefers_mine and each.name not in dialog.chosen_mine})

    dialog.accepted.connect(take_choice)
    dialog.finished.connect(dialog.deleteLater)
    # Not exec, which would wait here in an event loop of its own.
    dialog.open()


def _broken(value: str) -> str:
    lines = [part for line in value.splitlines() for part in textwrap.wrap(line, _LINE) or [""]]
    return "\n".join(lines if len(lines) <= _LINES else [*lines[: _LINES - 1], "…"])
