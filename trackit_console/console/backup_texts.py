"""How the backups go, in words: the last one, the next one, and what is wrong (DB-01)."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import moment, translated
from trackit_console.settings.backups import Backups
from trackit_console.store import backup_errors
from trackit_console.store.backup_status import BackupStatus
from trackit_console.user_messages import Problem, problem_class

OVERDUE = timedelta(days=2)
"""The age of the last backup from which the page warns: a day may be missed while the computer is switched off."""


def last_backup(made_at: datetime | None, now: datetime) -> str:
    """When the last backup was made."""
    if made_at is None:
        return QCoreApplication.translate("backup_texts", "No backup was made yet.")
    return QCoreApplication.translate("backup_texts", "Last backup: {at}").format(at=moment(made_at, now))


def next_backup(settings: Backups, status: BackupStatus, now: datetime, *, running: bool) -> str:
    """When the next one comes; without a running monitor, what is needed for it."""
    from trackit_console.monitor.backup_schedule import is_due

    if not settings.enabled:
        return QCoreApplication.translate("backup_texts", "Turned off")
    if not running:
        return QCoreApplication.translate("backup_texts", "Backups are made while the email monitor runs. It is stopped.")
    if status.code:
        return QCoreApplication.translate("backup_texts", "It is tried again within half an hour.")
    if is_due(settings, status, now) or status.since is None:
        return QCoreApplication.translate("backup_texts", "The next backup begins within a minute.")
    return QCoreApplication.translate("backup_texts", "Next backup at {time}").format(time=settings.time)


def backup_trouble(settings: Backups, status: BackupStatus, now: datetime) -> tuple[str, Problem | None]:
    """What needs attention, with the problem of the last try if it failed; empty while all is well."""
    if problem := failed_backup(status):
        words = QCoreApplication.translate("backup_texts", "The last backup failed, at {at}.").format(
            at=moment(status.tried_at, now)
        )
        return " ".join([words, translated(problem.message), translated(problem.remedy_message)]), problem
    last = status.made_at or status.since
    if settings.enabled and last is not None and now - last > OVERDUE:
        words = QCoreApplication.translate(
            "backup_texts", "There was no backup since {at}. Backups are made while the email monitor runs."
        )
        return words.format(at=moment(last, now)), None
    return "", None


def failed_backup(status: BackupStatus) -> Problem | None:
    """The problem of the last scheduled backup; None if it succeeded."""
    if not status.code:
        return None
    kind = problem_class("store", status.code) or backup_errors.BackupFailed
    return kind(status.detail, **status.facts)
