"""The scenes of how long data is kept: backups and data retention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console.message_boxes import question_box
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.store.backup_errors import BackupFolderMissing
from trackit_console.store.backup_status import BackupStatus


def backups_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Backups, one that failed, a wrong folder, and the question before a restore."""
    with window.services.database.begin() as transaction:
        status = BackupStatus(since=window.services.clock.now() - timedelta(days=3)).made(window.services.clock.now())
        transaction.backup_status.save(status)
    window.services.backups.back_up_now()
    window.open_page("backups")
    page: Any = window.pages["backups"]
    page.read()
    wait(TIMEOUT_MS, until=lambda: page.table.shown > 0 and not page.ui.trouble.isVisible())
    page.ui.backups.selectRow(0)
    wait(SETTLE_MS)
    yield "page-backups-made", window
    preview = window.services.backups.preview(page.table.current.file.path)
    detail = "\n\n".join(page.restoring.consequences(preview))
    question = f"Restore {page.table.current.file.path.name}?"
    yield "dialog-restore", question_box(window, "Restore", question, ["Restore", "Cancel"], detail)
    page.binding.fill({"folder": "backups"})
    page.save()
    with window.services.database.begin() as transaction:
        failed = transaction.backup_status.read().failed(BackupFolderMissing("[WinError 53]", folder=r"\\nas\backups"))
        transaction.backup_status.save(failed)
    wait(SETTLE_MS * 4)
    yield "page-backups-failed", window
    page.discard()


def retention_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Ages as they are typed: what is older now, and one that reports do not allow."""
    window.open_page("retention")
    page: Any = window.pages["retention"]
    page.ui.messages.setValue(90)
    page.ui.archive.setValue(365)
    page.ui.outgoing_mail.setValue(30)
    page.save()
    wait(TIMEOUT_MS, until=lambda: page.ui.messages_preview.text() == page.tr("Nothing is older now."))
    wait(SETTLE_MS)
    yield "page-retention-wrong", window
    page.discard()
