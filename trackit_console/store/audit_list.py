"""The audit as a list: searched, filtered, read part by part (DB-04). What writes it is `audit`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from trackit_console.settings.audited_models import name_of
from trackit_console.settings.field_changes import NEW_MASK, state_of
from trackit_console.store.audit import AuditEntry, entry_of
from trackit_console.store.search_conditions import part_of
from trackit_console.store.tables import AuditRow

PART = 500
CHANGES = ("added", "changed", "deleted")
"""The actions that change an object; the others tell of something that was done."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries; None and empty do not narrow. `text` is part of who, which computer, what object, or a value.

    `kind` is a code of `domain.audit.Audited`, `since` the earliest moment.
    """

    text: str = ""
    kind: str = ""
    actor: str = ""
    since: datetime | None = None


class AuditList:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, query: AuditQuery, limit: int = 200, offset: int = 0) -> list[AuditEntry]:
        """`limit` entries from `offset` on, the newest first."""
        # By the number, not by the moment: the entries of one transaction have the same moment.
        asked = _narrowed(select(AuditRow), query).order_by(AuditRow.id.desc()).limit(limit).offset(offset)
        return [entry_of(row) for row in self._session.scalars(asked)]

    def count(self, query: AuditQuery) -> int:
        """How many entries match."""
        return self._session.scalar(_narrowed(select(func.count(AuditRow.id)), query)) or 0

    def every(self, query: AuditQuery) -> Iterator[AuditEntry]:
        """All entries that match, the newest first, however many there are."""
        last: int | None = None
        while True:
            # By the last number, not by an offset: an entry that is written meanwhile would shift the parts.
            asked = _narrowed(select(AuditRow), query).order_by(AuditRow.id.desc()).limit(PART)
            if last is not None:
                asked = asked.where(AuditRow.id < last)
            part = [entry_of(row) for row in self._session.scalars(asked)]
            yield from part
            if len(part) < PART:
                return
            last = part[-1].id

    def entry(self, number: int) -> AuditEntry:
        """One entry; KeyError when there is none."""
        row = self._session.get(AuditRow, number)
        if row is None:
            raise KeyError(number)
        return entry_of(row)

    def last_change(self, kind: str, name: str) -> AuditEntry | None:
        """The newest change of the object of this kind that has the name now."""
        return self._newest(AuditRow.object_kind == kind, AuditRow.object_name == name, AuditRow.action.in_(CHANGES))

    def last_reordering(self, kind: str) -> AuditEntry | None:
        """The newest change of the order of the objects of this kind; a deletion is one as well."""
        return self._newest(AuditRow.object_kind == kind, AuditRow.action.in_(("reordered", "deleted")))

    def secret_typed_since(self, entry: AuditEntry) -> bool:
        """Whether this change, or a later one of any object of its kind, set another secret."""
        later = (AuditRow.object_kind == entry.kind, AuditRow.id >= entry.id)
        return self._newest(*later, part_of(AuditRow.after, NEW_MASK)) is not None

    def _newest(self, *conditions: ColumnElement[bool]) -> AuditEntry | None:
        row = self._session.scalars(select(AuditRow).where(*conditions).order_by(AuditRow.id.desc()).limit(1)).first()
        return None if row is None else entry_of(row)

    def actors(self) -> list[str]:
        """Everybody who is named as the one who changed or did something, by name."""
        return list(self._session.scalars(select(AuditRow.actor).distinct().order_by(AuditRow.actor)))

    def name_today(self, entry: AuditEntry) -> str | None:
        """What the object of `entry` is called now, as it may have got other names since; None when it was deleted.

        Another object that has its name by now is not it. An object whose deletion was undone is.
        """
        named, deletion = entry.name, entry.id if entry.action == "deleted" else None
        for row in self._session.execute(_later_than(entry)):
            if deletion is not None:
                if row.action == "undone" and (state_of(row.after) or {}).get("change") == deletion:
                    named, deletion = row.object_name, None
            elif row.action == "deleted" and row.object_name == named:
                deletion = row.id
            elif row.action == "changed" and row.object_name != named and _name_before(entry.kind, row.before) == named:
                named = row.object_name
        return named if deletion is None else None


def _name_before(kind: str, before: str | None) -> str:
    return name_of(kind, state_of(before) or {})


def _later_than(entry: AuditEntry) -> Any:
    columns = (AuditRow.id, AuditRow.action, AuditRow.object_name, AuditRow.before, AuditRow.after)
    actions = AuditRow.action.in_(("changed", "deleted", "undone"))
    return select(*columns).where(AuditRow.object_kind == entry.kind, actions, AuditRow.id > entry.id).order_by(AuditRow.id)


def _narrowed(asked: Any, query: AuditQuery) -> Any:
    words = query.text.strip()
    if words:
        asked = asked.where(or_(*_hits(words)))
    if query.kind:
        asked = asked.where(AuditRow.object_kind == query.kind)
    if query.actor:
        asked = asked.where(AuditRow.actor == query.actor)
    if query.since is not None:
        asked = asked.where(AuditRow.at >= query.since)
    return asked


def _hits(words: str) -> list[Any]:
    # Values are kept as JSON, in which a quotation mark or a backslash is written with another backslash.
    in_json = json.dumps(words, ensure_ascii=False)[1:-1]
    plain = [part_of(column, words) for column in (AuditRow.actor, AuditRow.host, AuditRow.object_name)]
    return [*plain, *(part_of(column, in_json) for column in (AuditRow.before, AuditRow.after))]
