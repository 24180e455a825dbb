"""The progress of a connection test: one line per step, and what to do if one failed (IN-10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from trackit_console.console.display_text import translated
from trackit_console.console.language import is_language_change
from trackit_console.console.trust import can_be_trusted
from trackit_console.console.widgets.step_line import StepLine
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState, report

if TYPE_CHECKING:
    from trackit_console.transports.certificate import Certificate


class StepList(QWidget):
    """All steps of a test. Before the first test, a hint says what it will do.

    `trust_wanted` is emitted with the refused `Certificate` when **Trust this certificate** is pressed.
    """

    trust_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[StepName, StepLine] = {}
        self.offers_trust = True
        """Whether a refused certificate can be pinned; not that of a database, whose driver cannot do it."""
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
        # The button stands in a line of the last test; as a child of that line it would be deleted with it.
        self.trust_button.setParent(self)
        self.trust_button.hide()
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.show_text("")
        self._lines = {name: StepLine(name, self) for name in names}
        for number, line in enumerate(self._lines.values()):
            # At 0 is the hint.
            self._column.insertWidget(number + 1, line)
        self.copy_button.hide()

    def show_step(self, step: Step) -> None:
        """Shows a step that has started or ended."""
        if step.name in self._lines:
            self._lines[step.name].show_step(step)
            if self.offers_trust and can_be_trusted(step):
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
