"""Listing, saving, deleting, importing and exporting technicians, requestors and ticket templates (DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from trackit_console.console.operations.listing import Listing

if TYPE_CHECKING:
    from pathlib import Path

    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.people_csv_lines import CsvFile
    from trackit_console.settings.people_csv_plan import LineState, PlannedLine
    from trackit_console.settings.validation import Finding
    from trackit_console.store.kept_objects import Repository, Uses
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.transaction import Transaction

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was saved: another object has what `findings` tell."""

    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Preview:
    """A CSV file, and what importing each of its lines would do."""

    file: CsvFile[Any]
    lines: Sequence[PlannedLine[Any]]

    def count(self, state: LineState) -> int:
        """How many lines are in this state."""
        return sum(each.state is state for each in self.lines)


class KeptObjects(Generic[Value]):
    """The operations on objects of the model `model_name` of `settings.<module>`, kept in `repository`; each is one transaction."""

    def __init__(
        self,
        connection: DatabaseConnection,
        model_name: str,
        repository: Callable[[Transaction], Repository[Value]],
        module: str = "people",
    ) -> None:
        self._connection = connection
        self._model_name = model_name
        self._repository = repository
        self._module = module

    @property
    def model(self) -> type[Any]:
        """The settings model of the objects."""
        # Not at the top: the first window does not wait for pydantic.
        model: type[Any] = getattr(import_module(f"trackit_console.settings.{self._module}"), self._model_name)
        return model

    def page(self, search: str, limit: int) -> Listing[Stored[Value]]:
        """The first `limit` objects that match `search`, by name."""
        with self._connection.database.reading() as transaction:
            objects = self._repository(transaction)
            return Listing(objects.page(search, limit), objects.count(search))

    def save(self, value: Value, stored: Stored[Value] | None) -> Stored[Value] | Refused:
        """Adds an object or replaces `stored`; raises `Conflict`."""
        from trackit_console.store.errors import UniqueTaken

        try:
            return self._save(value, stored)
        except UniqueTaken:
            # Mail made a requestor of this address between the question and the answer: asked again, it is a finding.
            return self._save(value, stored)

    def _save(self, value: Value, stored: Stored[Value] | None) -> Stored[Value] | Refused:
        from trackit_console.store.row_mapping import Stored

        with self._connection.database.begin() as transaction:
            objects = self._repository(transaction)
            if found := objects.findings(value, stored.id if stored else None):
                return Refused(found)
            if stored is None:
                return objects.add(value, self._connection.actor)
            # With the version that was read: the store compares it with the one in the database.
            return objects.save(Stored(stored.id, stored.version, value), self._connection.actor)

    def uses(self, stored: Stored[Any]) -> Uses:
        """What depends on an object."""
        with self._connection.database.reading() as transaction:
            return self._repository(transaction).uses(stored.id)

    def delete(self, stored: Stored[Value]) -> None:
        """Deletes an object; raises `Conflict`, and `TemplateInUse` or `DefinitionInUse` while other settings name it."""
        with self._connection.database.begin() as transaction:
            self._repository(transaction).delete(stored, self._connection.actor)

    def preview(self, path: Path) -> Preview:
        """What importing the CSV file would do; raises `CsvRefused`, `FileUnreadable` and `FileTooLarge`."""
        from trackit_console.files import read_file
        from trackit_console.settings.people_csv import MAX_BYTES, read_people_csv

        return self.plan(read_people_csv(read_file(path, MAX_BYTES), self.model))

    def plan(self, file: CsvFile[Any]) -> Preview:
        """What importing the lines would do now."""
        from trackit_console.store.csv_import import plan_import

        with self._connection.database.reading() as transaction:
            return Preview(file, plan_import(self._repository(transaction), file))

    def import_lines(self, shown: Preview) -> None:
        """Imports the good lines, all or none; raises `ChangedSincePreview`."""
        from trackit_console.store.csv_import import carry_out

        with self._connection.database.begin() as transaction:
            carry_out(self._repository(transaction), shown.file, shown.lines, self._connection.actor)

    def export(self, path: Path) -> None:
        """Writes every object to a CSV file; raises `FileNotWritten`."""
        from trackit_console.files import write_file
        from trackit_console.settings.people_csv import write_people_csv

        with self._connection.database.reading() as transaction:
            values = [each.value for each in self._repository(transaction).all()]
        # With a byte order mark: without it Excel takes UTF-8 for the code page of Windows.
        write_file(path, write_people_csv(self.model, values).encode("utf-8-sig"))
