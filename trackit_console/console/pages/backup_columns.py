"""The columns of the list of backups: what each says about a backup and whether it can be restored (DB-01)."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QObject

from trackit_console.console.display_text import size_text
from trackit_console.console.models.column import Column
from trackit_console.console.operations.listed_backups import BackupState, ListedBackup
from trackit_console.console.widgets.pill import Tone

TONES: dict[BackupState, Tone] = {
    BackupState.USABLE: "ok",
    BackupState.OLDER: "warn",
    BackupState.NEWER: "dim",
    BackupState.ANOTHER: "dim",
    BackupState.DAMAGED: "bad",
}


class BackupColumns(QObject):
    """Belongs to the page, so that its texts follow the language."""

    def columns(self) -> list[Column[ListedBackup]]:
        """The columns, with their headings in the current language."""
        number = QLocale().toString
        return [
            Column(self.tr("Made"), _made, order=lambda row: (row.file.made_at.timestamp(), row.file.number)),
            Column(self.tr("Kind"), self._kind, stretch=True, tip=lambda row: row.file.path.name),
            Column(self.tr("Records"), lambda row: number(row.contents.records) if row.contents else "", right=True),
            Column(self.tr("Mailboxes"), lambda row: number(row.contents.mailboxes) if row.contents else "", right=True),
            Column(self.tr("Size"), lambda row: size_text(row.file.size), order=lambda row: row.file.size, right=True),
            Column(self.tr("State"), self._state, tone=lambda row: TONES[row.state]),
        ]

    def _kind(self, row: ListedBackup) -> str:
        return self.tr("Before a restore") if row.file.before_restore else self.tr("Backup")

    def _state(self, row: ListedBackup) -> str:
        return {
            BackupState.USABLE: self.tr("Can be restored"),
            BackupState.OLDER: self.tr("Older version, upgraded after"),
            BackupState.NEWER: self.tr("Newer version"),
            BackupState.ANOTHER: self.tr("Another database"),
            BackupState.DAMAGED: self.tr("Damaged"),
        }[row.state]


def _made(row: ListedBackup) -> str:
    # Date and time also for those of today: the minute is all that the name of the file tells.
    at = QDateTime.fromSecsSinceEpoch(int(row.file.made_at.timestamp()))
    return QLocale().toString(at, QLocale.FormatType.ShortFormat)
