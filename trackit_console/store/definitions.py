"""The repository of what is kept as a name and a JSON definition: templates, notifications, rules, service levels, reports, schedules.

They are read whole, few, and used in their order. A change takes effect with the next event, without a restart of the monitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from trackit_console.domain.audit import Audited
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.validation import Finding, finding
from trackit_console.store.audit import Audit, AuditedChange
from trackit_console.store.column_types import cut
from trackit_console.store.definition_json import read_definition, write_definition
from trackit_console.store.kept_objects import Uses
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict, DefinitionInUse
from trackit_console.store.tables import DefinitionRow


class Named(Protocol):
    """What all of them have: a name that no other of the kind has."""

    @property
    def name(self) -> str: ...


Definition = TypeVar("Definition", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class DefinitionKind(Generic[Definition]):
    """One kind of definition: its table, its model, what the audit calls it, and who in the settings names it.

    `uses` answers who depends on an object of the kind: pairs of their name and the name that they give; `rename` gives them its
    new name, and answers the settings that it changed by that. `check` finds what a definition names and what does not exist. `discriminators` are those of the unions in the model.
    """

    table: type[DefinitionRow]
    model: type[Definition]
    audited: Audited
    uses: Callable[[Session], Iterable[tuple[str, str]]] | None = None
    rename: Callable[[Session, str, str], Iterable[tuple[Audited, Sequence[AuditedChange]]]] | None = None
    check: Callable[[Session, Definition], Sequence[Finding]] | None = None
    discriminators: Sequence[str] = ()


class Definitions(Generic[Definition]):
    """A `kept_objects.Repository` of one kind. It never commits."""

    def __init__(self, kind: DefinitionKind[Definition], session: Session, audit: Audit) -> None:
        self._kind = kind
        self._table = kind.table
        self._session = session
        self._audit = audit

    def all(self) -> list[Stored[Definition]]:
        """Every object, in the order in which they are used."""
        # By the id as well: two that were added at once may have one position.
        rows = self._session.execute(self._asked().order_by(self._table.position, self._table.id))
        return [self._stored(*row) for row in rows]

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[Stored[Definition]]:
        """The objects with `search` in their names, in their order."""
        return self._matching(search)[offset : offset + limit]

    def count(self, search: str = "") -> int:
        """How many objects match `search`."""
        return len(self._matching(search))

    def _matching(self, search: str) -> list[Stored[Definition]]:
        words = definition_key(search)
        return [each for each in self.all() if words in definition_key(_name(each.value))]

    def named(self, name: str) -> Stored[Definition] | None:
        """The object of this name, letter case aside."""
        return self._one(self._asked().where(self._table.name_key == _key(name)))

    def findings(self, value: Definition, own_id: int | None) -> list[Finding]:
        """A finding when another object has the name, and those about what the object names."""
        other = self.named(_name(value))
        taken = [finding("name", "definition_taken", name=_name(other.value))] if other and other.id != own_id else []
        return [*taken, *(self._kind.check(self._session, value) if self._kind.check else ())]

    def add(self, value: Definition, by: str) -> Stored[Definition]:
        """Keeps a new object, the last in the order."""
        last = self._session.scalar(select(func.max(self._table.position)))
        row = self._table(version=1, position=0 if last is None else last + 1, **_columns(value))
        self._session.add(row)
        self._session.flush()
        self._audit.changed_immediately(self._kind.audited, _name(value), by, None, value)
        return Stored(row.id, 1, value)

    def save(self, changed: Stored[Definition], by: str) -> Stored[Definition]:
        """Keeps a changed object; who names it follows a new name. Raises `Conflict`."""
        before = self._find(changed.id)
        same = (self._table.id == changed.id, self._table.version == changed.version)
        swapped = update(self._table).where(*same).values(**_columns(changed.value), version=changed.version + 1)
        if before is None or self._session.connection().execute(swapped).rowcount == 0:
            raise Conflict(self._find(changed.id))
        if self._kind.rename and _name(before.value) != _name(changed.value):
            for kind, changes in self._kind.rename(self._session, _name(before.value), _name(changed.value)):
                self._audit.changed_all(kind, changes, by, restart=False)
        self._audit.changed_immediately(self._kind.audited, _name(changed.value), by, before.value, changed.value)
        return Stored(changed.id, changed.version + 1, changed.value)

    def delete(self, stored: Stored[Definition], by: str) -> None:
        """Deletes an object; raises `Conflict`, and `DefinitionInUse` while others name it."""
        if users := self.uses(stored.id).definitions:
            raise DefinitionInUse(name=_name(stored.value), users=", ".join(users))
        same = (self._table.id == stored.id, self._table.version == stored.version)
        if self._session.connection().execute(delete(self._table).where(*same)).rowcount == 0:
            raise Conflict(self._find(stored.id))
        self._audit.changed_immediately(self._kind.audited, _name(stored.value), by, stored.value, None)

    def reorder(self, ids: Sequence[int], seen: Sequence[int], by: str) -> None:
        """Puts the objects into this order; those that are not named stay behind them, in the order that they had.

        `seen` are the ids as the admin saw them, from the first on. Raises `Conflict`, holding all objects as they are now, when
        the order is another one by now (DB-04).
        """
        asked = select(self._table.id, self._table.position, self._table.name)
        rows = {row.id: row for row in self._session.execute(asked.order_by(self._table.position, self._table.id))}
        before = list(rows)
        if before[: len(seen)] != list(seen):
            raise Conflict(self.all())
        after = [each for each in dict.fromkeys((*ids, *before)) if each in rows]
        if after == before:
            return
        for position, number in enumerate(after):
            self._move(number, rows[number].position, position)
        self._audit.reordered(self._kind.audited, by, [rows[each].name for each in before], [rows[each].name for each in after])

    def _move(self, number: int, before: int, after: int) -> None:
        same = (self._table.id == number, self._table.position == before)
        moved = update(self._table).where(*same).values(position=after)
        # Optimistic locking: the object stands elsewhere if somebody put the list into another order meanwhile.
        if self._session.connection().execute(moved).rowcount == 0:
            raise Conflict(self.all())

    def uses(self, object_id: int) -> Uses:
        """The objects that depend on this one."""
        found = self._find(object_id)
        if found is None:
            return Uses()
        return Uses(definitions=self.users().get(definition_key(_name(found.value)), ()))

    def users(self) -> Mapping[str, tuple[str, ...]]:
        """The names of all objects that depend on one of the kind, by the `definition_key` of its name."""
        found: dict[str, dict[str, None]] = {}
        for user, named in self._kind.uses(self._session) if self._kind.uses else ():
            found.setdefault(definition_key(named), {})[user] = None
        return {name: tuple(users) for name, users in found.items()}

    def add_all(self, values: Sequence[Definition], by: str) -> None:
        for each in values:
            self.add(each, by)

    def save_all(self, changed: Sequence[Stored[Definition]], by: str) -> None:
        for each in changed:
            self.save(each, by)

    def _find(self, object_id: int) -> Stored[Definition] | None:
        return self._one(self._asked().where(self._table.id == object_id))

    def _asked(self) -> Select[int, int, str, str]:
        return select(self._table.id, self._table.version, self._table.name, self._table.definition)

    def _one(self, asked: Select[int, int, str, str]) -> Stored[Definition] | None:
        row = self._session.execute(asked).one_or_none()
        return None if row is None else self._stored(*row)

    def _stored(self, number: int, version: int, name: str, definition: str) -> Stored[Definition]:
        return Stored(number, version, *read_definition(self._kind.model, definition, name, self._kind.discriminators))


def _columns(value: BaseModel) -> dict[str, Any]:
    name = _name(value)
    return {"name": name, "name_key": _key(name), "definition": write_definition(value)}


def _key(name: str) -> str:
    """The key as the column holds it: letters that fold into several may make it longer than the name."""
    return cut(definition_key(name), 255)


def _name(value: BaseModel) -> str:
    name: str = getattr(value, "name", "")
    return name
