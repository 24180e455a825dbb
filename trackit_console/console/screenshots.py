"""Screenshots of every page and dialog, empty and filled, light and dark, for visual review.

    python -m trackit_console.console.screenshots DIR --scale-name 100

The scale is Qt's own (`QT_SCALE_FACTOR`), so each scale is a process of its own; `dev.py screenshots` starts both.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from trackit_console.console import sample_data
from trackit_console.console.app import application, make_window
from trackit_console.console.conflicts import SavedByAnother, differences
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.dialogs.route import RouteDialog
from trackit_console.console.message_boxes import conflict_box, problem_box, question_box
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.trust import confirmation
from trackit_console.console.window import MainWindow
from trackit_console.domain.deliveries import Outcome
from trackit_console.paths import DataDir
from trackit_console.settings.validation import finding
from trackit_console.store.errors import DatabaseLocked
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.steps import MAILBOX_STEPS, Step

PATIENCE_MS = 20_000
SETTLE_MS = 400


def wait(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Runs the event loop until `until` is true, at most for this time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    looking = QTimer(interval=20)
    looking.timeout.connect(lambda: loop.quit() if until() else None)
    looking.start()
    loop.exec()
    looking.stop()


def scenes(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    """Every page and dialog of a window whose database is filled, or empty."""
    state = "filled" if filled else "empty"
    for name in PAGES:
        window.open_page(name)
        wait(SETTLE_MS)
        yield f"page-{name}-{state}", window
    if filled:
        yield from _quarantine(window)
    yield from _dialogs(window, filled)


def _quarantine(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A message that waits for a decision, and the question which record it is added to."""
    window.open_page("activity")
    page: Any = window.pages["activity"]
    wait(PATIENCE_MS, until=lambda: page.table.select(lambda row: row.outcome is Outcome.QUARANTINED))
    wait(SETTLE_MS)
    yield "page-activity-quarantine", window
    for name, words in (("found", "Ticket - 1"), ("missing", "99")):
        dialog = RouteDialog(window.context, window)
        dialog.ui.record.setText(words)
        wait(PATIENCE_MS, until=lambda shown=dialog: bool(shown.ui.subject.text()))  # type: ignore[misc]
        yield f"dialog-route-{name}", dialog


def _dialogs(window: MainWindow, filled: bool) -> Iterator[tuple[str, QWidget]]:
    def nothing(*_arguments: Any) -> Iterator[Step]:
        return iter(())

    parts = (window.tasks, window.context.window_settings, nothing)
    if not filled:
        yield "dialog-mailbox-empty", MailboxDialog(*parts)
        wrong = MailboxDialog(*parts)
        wrong.ui.type.setCurrentIndex(3)
        wrong.ui.server.setText("https://mail.contoso.com")
        wrong.validated()
        yield "dialog-mailbox-wrong", wrong
        yield "dialog-outgoing-empty", OutgoingDialog(*parts)
        yield "dialog-help", HelpDialog("incoming-mailbox", window)
        yield "dialog-problem", problem_box(window, DatabaseLocked("database is locked"))[0]
        return
    for name, steps in sample_data.REPORTS.items():
        dialog = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX), templates=["Default"])
        dialog.ui.steps.begin(MAILBOX_STEPS)
        for step in steps:
            dialog.ui.steps.show_step(step)
        yield f"dialog-mailbox-{name}", dialog
    more = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MAILBOX))
    more.ui.more_button.setChecked(True)
    more.resize(more.width(), 1250)
    yield "dialog-mailbox-more", more
    yield from _account_states(window, parts)
    yield (
        "dialog-outgoing-filled",
        OutgoingDialog(*parts, stored=Stored(1, 1, sample_data.OUTGOING), mailboxes=[sample_data.MAILBOX]),
    )
    question = "Delete the mailbox Support?"
    yield "dialog-question", question_box(window, "Delete mailbox", question, ["Delete", "Cancel"], "Tickets stay.")
    yield "dialog-message", MessageDialog("Printer on floor 2", sample_data.LETTER.decode(), sample_data.LETTER.decode(), window)


def _account_states(window: MainWindow, parts: tuple[Any, ...]) -> Iterator[tuple[str, QWidget]]:
    """Microsoft 365 with a certificate, settings changed by hand, the question whether to trust a certificate, and a conflict."""
    microsoft = MailboxDialog(*parts, stored=Stored(1, 1, sample_data.MICROSOFT365))
    microsoft.resize(microsoft.width(), 900)
    yield "dialog-mailbox-microsoft365", microsoft
    wrong = sample_data.MAILBOX.model_copy(update={"port": 0})
    found = (finding("port", "whole_number", least=1, most=65535),)
    yield "dialog-mailbox-changed-by-hand", MailboxDialog(*parts, stored=Stored(1, 1, wrong, found))
    title, words, buttons, detail = confirmation(sample_data.CERTIFICATE)
    yield "dialog-trust", question_box(window, title, words, buttons, detail)
    changed = sample_data.MAILBOX.model_copy(update={"port": 1993, "server": "mx.contoso.com"})
    mine = dict(sample_data.MAILBOX) | {"server": "imap.contoso.com"}
    problem = SavedByAnother(Stored(1, 2, changed), "CONTOSO\\grace")
    yield "dialog-conflict", conflict_box(window, problem, differences(sample_data.MAILBOX, mine, changed))


def take(folder: Path, scale: str, qt: QApplication) -> int:
    """Saves all screenshots to `folder` and returns their number."""
    number = 0
    for filled in (False, True):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            data_dir = DataDir(Path(scratch)).make()
            window = make_window(data_dir, data_dir.database_url, qt)
            if filled:
                sample_data.fill(window.services)
            window.show()
            window.begin()
            wait(PATIENCE_MS, until=lambda shown=window: shown.watch.snapshot is not None)  # type: ignore[misc]
            for choice in ("light", "dark"):
                window.theme.choose(choice)
                for name, widget in scenes(window, filled):
                    number += _save(widget, folder / f"{name}-{choice}-{scale}.png")
            window.close()
    return number


def _save(widget: QWidget, file: Path) -> int:
    if not widget.isVisible():
        widget.show()
        wait(50)
    widget.grab().save(str(file))
    if not isinstance(widget, MainWindow):
        widget.hide()
        widget.deleteLater()
    return 1


def _on_a_usual_screen(folder: Path) -> None:
    """The offscreen platform has a screen of 800 x 800 by itself, which dialogs would be cut down to."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        screen = {"name": "1", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        file = folder / "screen.json"
        file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def main() -> int:
    """Parses the arguments and takes the screenshots."""
    parser = argparse.ArgumentParser(description="Pictures of every page and dialog")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale-name", default="100")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        _on_a_usual_screen(Path(scratch))
        number = take(options.folder, options.scale_name, application())
    print(f"{number} pictures at {options.scale_name} % in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
