"""What a round without a host (`monitor --once`) works with: the settings, and what is due, read together (RUN-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trackit_console.monitor.backup_schedule import may_be_due
from trackit_console.monitor.loaded_settings import LoadedSettings, loaded_from
from trackit_console.monitor.retention_runs import INTERVAL
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.backups import Backups
from trackit_console.store.database import Database
from trackit_console.store.due_work import DueWork
from trackit_console.store.row_mapping import Stored


@dataclass(frozen=True, slots=True)
class RoundStart:
    """The settings, and what was due when they were read."""

    loaded: LoadedSettings
    due: DueWork
    backups: Stored[Backups]

    @property
    def backup(self) -> bool:
        """Whether an embedded database may have to be backed up now."""
        return may_be_due(self.backups, self.due.backup_status, self.due.at)

    def after(self, database: Database, visits: Sequence[VisitResult]) -> RoundStart:
        """With what is due after these visits. It is asked again only where something changed since, which may lead to more."""
        changed = self.due.actions or self.due.reports or any(each.counts.changed for each in visits)
        return replace(self, due=database.due_work(INTERVAL)) if changed else self


def start_round(database: Database) -> RoundStart:
    """Reads both. Raises `StoreError`."""
    snapshot, due = database.settings_and_due_work(INTERVAL)
    return RoundStart(loaded_from(snapshot, due.wanted.restarts), due, snapshot.backups)
