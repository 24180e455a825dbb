"""How the backups of the embedded database go: when the last one was made, and why the last try failed (DB-01).

One row of `NAMSYSProperties`, as JSON with a code and its facts, so that each console tells it in its own language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from trackit_console.store.column_types import cut
from trackit_console.store.definition_json import json_object
from trackit_console.store.errors import StoreError
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.tables import PropertyRow

BACKUP_STATUS = "trackitConsoleBackups"
_DETAIL = 1000
_MOMENTS = ("since", "made_at", "tried_at")


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """`since`: from when on backups are due. `tried_at`: when the last one was begun. `code`: the problem of it, or empty."""

    since: datetime | None = None
    made_at: datetime | None = None
    tried_at: datetime | None = None
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""

    def made(self, at: datetime) -> BackupStatus:
        """After a backup that succeeded."""
        return BackupStatus(self.since, made_at=at, tried_at=at)

    def failed(self, problem: StoreError) -> BackupStatus:
        """After one that failed."""
        facts = {name: str(fact) for name, fact in problem.facts.items()}
        return replace(self, code=problem.code, facts=facts, detail=cut(problem.detail, _DETAIL))


WRITTEN_STATUS = select(PropertyRow.value).where(PropertyRow.name == BACKUP_STATUS)


class BackupStatuses:
    """Reads and writes the status. It never commits."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session

    def read(self) -> BackupStatus:
        """The present status; an empty one before anything happened."""
        return read_status(self._written())

    def save(self, status: BackupStatus) -> None:
        """Replaces the status."""
        text = _write(status)
        if self._written() is None:
            self._session.execute(insert(PropertyRow).values({PropertyRow.name: BACKUP_STATUS, PropertyRow.value: text}))
        else:
            self._session.execute(update(PropertyRow).where(PropertyRow.name == BACKUP_STATUS).values({PropertyRow.value: text}))

    def _written(self) -> str | None:
        rows = self._session.rows(WRITTEN_STATUS)
        return rows[0][0] if rows else None


def read_status(text: str | None) -> BackupStatus:
    """The status that the row has as `text`; an empty one where there is no row."""
    plain = json_object(text or "")
    try:
        moments = {name: datetime.fromisoformat(plain[name]) for name in _MOMENTS if plain.get(name)}
    except (TypeError, ValueError):  # changed by hand
        return BackupStatus()
    facts = plain.get("facts")
    return BackupStatus(
        **moments,
        code=str(plain.get("code", "")),
        facts=facts if isinstance(facts, dict) else {},
        detail=str(plain.get("detail", "")),
    )


def _write(status: BackupStatus) -> str:
    plain: dict[str, Any] = asdict(status)
    for name in _MOMENTS:
        plain[name] = plain[name].isoformat() if plain[name] else None
    return json.dumps(plain, ensure_ascii=False)
