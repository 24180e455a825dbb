"""The questions before a page is left or the console is closed, when something would be lost by it (T-05, RUN-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trackit_console.console.message_boxes import ask

if TYPE_CHECKING:
    from trackit_console.console.monitor_host import MonitorHost
    from trackit_console.console.pages.page import Page
    from trackit_console.store.snapshot import Snapshot


def may_lose_edits(window: QWidget, page: Page, title: str) -> bool:
    """Asks before unsaved edits of `page` are lost. They are still there: see `discard_edits`."""
    if not page.unsaved:
        return True
    words = QCoreApplication.translate("leave_questions", "What you changed on this page has not been saved.")
    buttons = [
        QCoreApplication.translate("leave_questions", "Discard"),
        QCoreApplication.translate("leave_questions", "Keep editing"),
    ]
    return ask(window, title, words, buttons) == 0


def discard_edits(page: Page) -> None:
    """Lets `page` lose its unsaved edits."""
    discard = getattr(page, "discard", None)
    if page.unsaved and discard is not None:
        discard()


def may_end_monitor(window: QWidget, monitor: MonitorHost, snapshot: Snapshot | None) -> bool:
    """Asks before closing may stop the monitor: another console would take over, but this one cannot know of any."""
    if not monitor.is_hosting or snapshot is None or not snapshot.wanted.running or len(snapshot.hosts) > 1:
        return True
    words = QCoreApplication.translate(
        "leave_questions",
        "The email monitor runs in this console. Once it is closed, mail is not checked until a console is opened again, "
        "unless another console is open: then that one takes over.",
    )
    detail = QCoreApplication.translate(
        "leave_questions", "To have mail checked always, run it as a program of its own: trackit-console monitor."
    )
    buttons = [
        QCoreApplication.translate("leave_questions", "Close this console"),
        QCoreApplication.translate("leave_questions", "Keep open"),
    ]
    return ask(window, window.windowTitle(), words, buttons, detail) == 0
