"""One step of a connection test: its state, time, result and remedy (IN-10)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from trackit_console.console.display_text import ZERO_WIDTH_SPACE, breakable, translated
from trackit_console.console.widgets.pill import restyle
from trackit_console.transports.step_names import TITLES, StepName
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import Phrase

_SIGNS = {StepState.RUNNING: "…", StepState.PASSED: "✓", StepState.FAILED: "✕", StepState.SKIPPED: "–"}
_ROLES = {StepState.RUNNING: "dim", StepState.PASSED: "success", StepState.FAILED: "problem", StepState.SKIPPED: "dim"}


class StepLine(QWidget):
    """One step: sign, title and time; below them the result and the remedy."""

    def __init__(self, name: StepName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = Step(name, StepState.SKIPPED)
        self._shown = False
        self._sign = QLabel("·", self)
        self._title = QLabel(self)
        self._title.setProperty("role", "dim")
        self._time = self._hidden_label("caption")
        self._detail = self._hidden_label("caption")
        self._remedy = self._hidden_label("remedy")
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
        grid.addWidget(self._remedy, 2, 1, 1, 2)
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

    def _hidden_label(self, role: str) -> QLabel:
        made = QLabel(self, wordWrap=True)
        made.setTextFormat(Qt.TextFormat.PlainText)  # a server's text must not be taken for HTML
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
        self._fill(self._remedy, translated(step.remedy) if step.remedy else "")
        # A style sheet is applied when a widget is polished, not when a property changes.
        for widget in (self._sign, self._title):
            restyle(widget)
        spoken = f"{self._title.text()}: {_state_text(step.state)}. {self._detail.text()} {self._remedy.text()}".strip()
        # Screen readers would pause at, or name, the zero-width spaces that break long words.
        self.setAccessibleName(spoken.replace(ZERO_WIDTH_SPACE, ""))

    def _fill(self, label: QLabel, words: str) -> None:
        label.setText(breakable(words))
        label.setVisible(bool(words))


def _state_text(state: StepState) -> str:
    return {
        StepState.RUNNING: QCoreApplication.translate("StepLine", "running"),
        StepState.PASSED: QCoreApplication.translate("StepLine", "passed"),
        StepState.FAILED: QCoreApplication.translate("StepLine", "failed"),
        StepState.SKIPPED: QCoreApplication.translate("StepLine", "skipped"),
    }[state]
