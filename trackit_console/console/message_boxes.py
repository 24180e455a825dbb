"""The message boxes of the console: questions and error reports."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from trackit_console.console.display_text import translated
from trackit_console.log_masking import SECRETS
from trackit_console.user_messages import Problem


def question_box(parent: QWidget, title: str, words: str, buttons: Sequence[str], detail: str = "") -> QMessageBox:
    """A box with `words` and `buttons`; the last button is the default and the one that Esc presses."""
    box = QMessageBox(QMessageBox.Icon.Question, title, words, parent=parent)
    # Names and subjects are repeated in questions, and are not HTML.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(detail)
    made = [box.addButton(each, QMessageBox.ButtonRole.AcceptRole) for each in buttons[:-1]]
    made.append(box.addButton(buttons[-1], QMessageBox.ButtonRole.RejectRole))
    box.setDefaultButton(made[-1])
    box.setEscapeButton(made[-1])
    return box


def ask(parent: QWidget, title: str, question: str, buttons: Sequence[str], detail: str = "") -> int:
    """Shows `question` with `buttons` and returns the index of the one pressed. Esc and closing the box press the last."""
    box = question_box(parent, title, question, buttons, detail)
    box.exec()
    # A closed box stays a child of its parent until it is deleted.
    pressed = box.clickedButton()
    box.deleteLater()
    words = pressed.text().replace("&", "") if pressed is not None else buttons[-1]  # some desktop environments add mnemonics
    return next((number for number, each in enumerate(buttons) if each == words), len(buttons) - 1)


def problem_box(parent: QWidget | None, problem: Exception) -> tuple[QMessageBox, QPushButton, str]:
    """The box for a problem, its **Copy details** button, and the text that this copies."""
    title = QCoreApplication.translate("message_boxes", "This did not work")
    if isinstance(problem, Problem):
        words, remedy, detail = translated(problem.message), translated(problem.remedy_message), problem.detail
    else:
        words = QCoreApplication.translate("message_boxes", "Something unexpected happened in the console. Nothing was changed.")
        remedy = QCoreApplication.translate(
            "message_boxes", "Try it again. If it happens again, copy the details and report them."
        )
        # The text is that of a library, which may repeat what it was given.
        detail = SECRETS.masked(f"{type(problem).__name__}: {problem}")
    box = QMessageBox(QMessageBox.Icon.Warning, title, words, QMessageBox.StandardButton.Close, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # text of a server is not HTML
    box.setInformativeText(remedy)
    if detail:
        box.setDetailedText(detail)
    copy = box.addButton(QCoreApplication.translate("message_boxes", "Copy details"), QMessageBox.ButtonRole.ActionRole)
    box.setDefaultButton(QMessageBox.StandardButton.Close)
    return box, copy, "\n".join(each for each in (words, remedy, detail) if each)


def show_problem(parent: QWidget | None, problem: Exception) -> None:
    """Shows what happened, why and what to do; the technical details can be expanded and copied.

    A cancelled operation is not reported: the user asked for it.
    """
    if isinstance(problem, Problem) and problem.code == "cancelled":
        return
    box, copy, words = problem_box(parent, problem)
    box.exec()
    box.deleteLater()
    # The box still exists: deleteLater takes effect in the event loop.
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText(words)


class RepeatedProblem:
    """For problems that come without anybody's doing: shows one at a time, and leaves the others to the log.

    Each box has an event loop of its own: those of a night without anybody would stand inside each other.
    """

    def __init__(self) -> None:
        self._showing = False

    def show(self, parent: QWidget | None, problem: Exception) -> None:
        """Shows `problem`, unless another one is still shown."""
        if self._showing:
            return
        self._showing = True
        try:
            show_problem(parent, problem)
        finally:
            self._showing = False
