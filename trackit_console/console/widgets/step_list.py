"""The progress of a connection test: one line per step, and what to do if one failed (IN-10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import ZERO_WIDTH_SPACE, breakable, translated
from trackit_console.console.language import is_language_change
from trackit_console.console.trust import can_be_trusted
from trackit_console.transports.steps import TITLES, Step, StepName, StepState, report
from trackit_console.user_messages import Phrase

if TYPE_CHECKING:
    from trackit_console.transports.certificate import Certificate

_SIGNS = {StepState.RUNNING: "…", StepState.PASSED: "✓", StepState.FAILED: "✕", StepState.SKIPPED: "–"}
_ROLES = {StepState.RUNNING: "dim", StepState.PASSED: "good", StepState.FAILED: "why", StepState.SKIPPED: "dim"}


class StepLine(QWidget):
    """One step: sign, title and time; below them the result and the remedy."""

    def __init__(self, name: StepName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = Step(name, StepState.SKIPPED)
        self._shown = False
        self._sign = QLabel("·", self)
        self._title = QLabel(self)
        self._title.setProperty("role", "dim")
        self._time = self._made("caption")
        self._detail = self._made("caption")
        self._cure = self._made("cure")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 18)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._time, 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.addWidget(self._cure, 2, 1, 1, 2)
        self._grid = grid
        self._show_title()

    def _show_title(self) -> None:
        self._title.setText(translated(Phrase("transports", TITLES[self.step.name])))

    def retranslate(self) -> None:
        """Shows the step in the current language."""
        self._show_title()
        if self._shown:
            self.show_step(self.step)

    def add_below(self, widget: QWidget) -> None:
        """Puts `widget` below the remedy."""
        self._grid.setRowMinimumHeight(3, 6)
        self._grid.addWidget(widget, 4, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def _made(self, role: str) -> QLabel:
        made = QLabel(self, wordWrap=True)
        made.setTextFormat(Qt.TextFormat.PlainText)  # text of a server is not HTML
        made.setProperty("role", role)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.hide()
        return made

    def show_step(self, step: Step) -> None:
        """Shows the state of the step."""
        self.step = step
        self._shown = True
        self._sign.setText(_SIGNS[step.state])
        self._sign.setStyleSheet("font-weight: 700;")
        self._sign.setProperty("role", _ROLES[step.state])
        self._title.setProperty("role", "dim" if step.state is StepState.SKIPPED else "")
        self._fill(self._time, f"{step.seconds * 1000:.0f} ms" if step.state in (StepState.PASSED, StepState.FAILED) else "")
        self._fill(self._detail, translated(step.detail) if step.detail else "")
        self._fill(self._cure, translated(step.remedy) if step.remedy else "")
        for widget in (self._sign, self._title):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        heard = f"{self._title.text()}: {_state_words(step.state)}. {self._detail.text()} {self._cure.text()}".strip()
        self.setAccessibleName(heard.replace(ZERO_WIDTH_SPACE, ""))

    def _fill(self, label: QLabel, words: str) -> None:
        label.setText(breakable(words))
        label.setVisible(bool(words))


class StepList(QWidget):
    """All steps of a test. Before the first test, a hint says what it will do.

    `trust_wanted` is emitted with the refused `Certificate` when **Trust this certificate** is pressed.
    """

    trust_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[StepName, StepLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setProperty("role", "dim")
        self._column.addWidget(self._hint)
        self.copy_button = QPushButton(self)
        self.copy_button.setProperty("link", "true")
        self.copy_button.clicked.connect(self.copy)
        self.copy_button.hide()
        self.trust_button = QPushButton(self)
        self.trust_button.clicked.connect(self._trust)
        self.trust_button.hide()
        self._refused: Certificate | None = None
        self._column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets all texts in the current language; the dialog sets the hint."""
        self.copy_button.setText(self.tr("Copy details"))
        self.trust_button.setText(self.tr("Trust this certificate…"))
        for line in self._lines.values():
            line.retranslate()

    def show_text(self, words: str) -> None:
        """Sets the hint that is shown before the first test."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))

    def begin(self, names: Sequence[StepName]) -> None:
        """Clears the list and shows the pending steps."""
        self.trust_button.setParent(self)
        self.trust_button.hide()
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.show_text("")
        self._lines = {name: StepLine(name, self) for name in names}
        for number, line in enumerate(self._lines.values()):
            self._column.insertWidget(number + 1, line)
        self.copy_button.hide()

    def show_step(self, step: Step) -> None:
        """Shows a step that has started or ended."""
        if step.name in self._lines:
            self._lines[step.name].show_step(step)
            if can_be_trusted(step):
                self._offer_trust(self._lines[step.name], step.certificate)
        if step.state is not StepState.RUNNING:
            self.copy_button.show()

    def _offer_trust(self, line: StepLine, certificate: Certificate | None) -> None:
        self._refused = certificate
        line.add_below(self.trust_button)
        self.trust_button.show()

    def _trust(self) -> None:
        if self._refused is not None:
            self.trust_wanted.emit(self._refused)

    @property
    def report(self) -> list[Step]:
        """The current state of all steps."""
        return [line.step for line in self._lines.values()]

    def copy(self) -> None:
        """Copies the report to the clipboard; it has no secrets."""
        QGuiApplication.clipboard().setText(report(self.report, translated))


def _state_words(state: StepState) -> str:
    return {
        StepState.RUNNING: QCoreApplication.translate("StepList", "running"),
        StepState.PASSED: QCoreApplication.translate("StepList", "passed"),
        StepState.FAILED: QCoreApplication.translate("StepList", "failed"),
        StepState.SKIPPED: QCoreApplication.translate("StepList", "skipped"),
    }[state]
