"""**Open** beside a web address on the Email Monitor Settings page: says whether it answers, and shows it (MON-02)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from trackit_console.console.display_text import breakable, tip, translated
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.operations.web_addresses import check_web_address
from trackit_console.console.task import Task
from trackit_console.console.widgets.notice import show_notice
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from trackit_console.console.pages.monitor import MonitorPage
    from trackit_console.transports.web_address_check import WebAddressFinding


class BrowserNotOpened(Problem):
    """The system has no browser for web addresses."""

    context = "monitor_page"
    code = "browser_not_opened"
    sentence = QT_TRANSLATE_NOOP("monitor_page", "This computer opened no browser for {url}.")
    remedy = QT_TRANSLATE_NOOP("monitor_page", "Choose a default browser in the settings of Windows, or copy the address.")


class MonitorWebAddress(QObject):
    """The field `name` of the form `ui`, with its buttons `<name>_open` and `<name>_anyway` and the line `<name>_answer`.

    An address that answers is shown in the browser at once, another one only when **Open anyway** is pressed: the browser
    may reach what this program does not.
    """

    def __init__(self, ui: Any, name: str, page: MonitorPage) -> None:
        super().__init__(page)
        self._name, self._page = name, page
        self._editor: QLineEdit = getattr(ui, name)
        self._button: QPushButton = getattr(ui, f"{name}_open")
        self._anyway: QPushButton = getattr(ui, f"{name}_anyway")
        self._line: QLabel = getattr(ui, f"{name}_answer")
        self._task: Task | None = None
        self._finding: WebAddressFinding | None = None
        self._button.clicked.connect(self._pressed)
        self._anyway.clicked.connect(self._show_in_browser)
        # Also when the program fills the form: what was found out was about another address.
        self._editor.textChanged.connect(self._changed)
        self._changed()

    @property
    def url(self) -> str:
        """The address in the field."""
        return self._editor.text().strip()

    def show_texts(self) -> None:
        """Sets the texts in the current language; what was found out stays."""
        self._button.setText(self.tr("Stop") if self._task is not None else self.tr("Open"))
        self._say()

    def _changed(self) -> None:
        self._finding = None
        self._button.setEnabled(bool(self.url))
        self._stop()

    def _pressed(self) -> None:
        if self._task is not None:
            self._stop()
        elif self._page.is_valid(self._name):
            self._check()

    def _check(self) -> None:
        self._finding = None
        work = partial(check_web_address, self.url)
        self._task = self._page.context.tasks.run(work, owner=self, then=self._checked, failed=self._failed)
        self.show_texts()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.drop()  # neither `_checked` nor `_failed` is called
            self._task = None
        self.show_texts()

    def _checked(self, finding: WebAddressFinding) -> None:
        self._task, self._finding = None, finding
        self.show_texts()
        if finding.answers:
            self._show_in_browser()

    def _failed(self, problem: Exception) -> None:
        self._task = None
        self.show_texts()
        show_problem(self._page, problem)

    def _show_in_browser(self) -> None:
        if not QDesktopServices.openUrl(QUrl(self.url)):
            show_problem(self._page, BrowserNotOpened(url=self.url))

    def _say(self) -> None:
        found = self._finding
        if self._task is not None:
            show_notice(self._line, self.tr("Asking {address} …").format(address=breakable(self.url)), "dim")
        elif found is not None:
            words = " ".join(filter(None, (translated(found.message), translated(found.remedy))))
            show_notice(self._line, breakable(words), "ok" if found.answers else "warn")
        else:
            show_notice(self._line, "", "dim")
        self._line.setToolTip(tip(found.detail) if found is not None else "")
        self._anyway.setVisible(self._task is None and found is not None and not found.answers)
