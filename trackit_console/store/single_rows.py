"""The tables of settings that exist once: one row each, read one by one or all at once, saved with optimistic locking (DB-04)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnClause, ColumnElement, Select, bindparam, literal_column, select, update
from sqlalchemy.exc import NoResultFound

from trackit_console.settings.post_action import POST_ACTION_PROPERTY
from trackit_console.store.reading_session import ReadingSession, object_of
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.tables import (
    BackupSettingsRow,
    Base,
    BusinessHoursRow,
    EmailCommandsRow,
    FileTypeSettingsRow,
    FilterSettingsRow,
    LoopProtectionRow,
    MonitorSettingsRow,
    OutgoingRow,
    PropertyRow,
    RetentionRow,
)

Single = TypeVar("Single", bound=Base)
Versioned = (
    MonitorSettingsRow
    | OutgoingRow
    | FilterSettingsRow
    | LoopProtectionRow
    | EmailCommandsRow
    | FileTypeSettingsRow
    | BusinessHoursRow
    | BackupSettingsRow
    | RetentionRow
)
ONE = 1
"""The id of the only row."""
_ONE: ColumnClause[int] = literal_column(str(ONE))
"""Not a parameter: with one, Microsoft's driver needs a second round trip."""
_TABLES: tuple[type[Base], ...] = (
    MonitorSettingsRow,
    OutgoingRow,
    FilterSettingsRow,
    LoopProtectionRow,
    EmailCommandsRow,
    FileTypeSettingsRow,
    BusinessHoursRow,
    BackupSettingsRow,
    RetentionRow,
    PropertyRow,
)


def _is_only(table: type[Base]) -> ColumnElement[bool]:
    if table is PropertyRow:
        name: BindParameter[str] = bindparam("name", POST_ACTION_PROPERTY, literal_execute=True)
        return PropertyRow.name == name
    found: ColumnElement[bool] = table.__mapper__.c.id == _ONE
    return found


def _all_of_them() -> Select[*tuple[Any, ...]]:
    first, *others = _TABLES
    asked = select(*(column for each in _TABLES for column in each.__table__.columns)).select_from(first).where(_is_only(first))
    for each in others:
        asked = asked.outerjoin(each, _is_only(each))
    return asked


ALL_SINGLE_ROWS = _all_of_them()


class SingleRows:
    """The rows as they are now; of the table of properties, the one of the post action. It never commits."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session
        self._at_hand: dict[type[Base], Base | None] = {}

    def read_together(self) -> None:
        """Reads all of them by one statement: to a database server each would be a round trip.

        Each serves the next `row` of its table alone; what is asked for after that is read anew.
        """
        [row] = self._session.rows(ALL_SINGLE_ROWS)
        values = iter(row)
        for each in _TABLES:
            own = list(islice(values, len(each.__table__.columns)))
            self._at_hand[each] = object_of(each, own) if any(value is not None for value in own) else None

    def row(self, table: type[Single]) -> Single | None:
        """The row of `table`, None where there is none: no outgoing account was set up yet."""
        if table in self._at_hand:
            row = self._at_hand.pop(table)
            assert row is None or isinstance(row, table)
            return row
        # Read anew: the rows are saved by UPDATE, of which the identity map knows nothing.
        return self._session.scalars(select(table).where(_is_only(table)).execution_options(populate_existing=True)).one_or_none()

    def only(self, table: type[Single]) -> Single:
        """The row of a table that always has one."""
        row = self.row(table)
        if row is None:
            raise NoResultFound(table.__tablename__)
        return row

    def swap(self, table: type[Versioned], version: int, columns: dict[str, object], read: Callable[[], object]) -> None:
        """Saves `columns` over the row of that version; raises `Conflict` with what `read` reads when somebody saved meanwhile."""
        changed = update(table).where(table.id == ONE, table.version == version).values(**columns, version=version + 1)
        # Optimistic locking: no row has this version any more if somebody saved meanwhile.
        if self._session.connection().execute(changed).rowcount == 0:
            # Read only now: what was read before the UPDATE is what the admin has seen as well, who would find no difference.
            raise Conflict(read())
