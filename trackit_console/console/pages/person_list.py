"""Base of the lists of requestors and technicians."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.console.models.column import Column
from trackit_console.console.operations.listed_people import ListedPerson
from trackit_console.console.operations.people import KeptPeople
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.undeliverable_words import came_back_text, mark_day

if TYPE_CHECKING:
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.undeliverable_addresses import UndeliverableMark


class PersonList(ObjectList):
    """The rows are `ListedPerson`s."""

    objects: KeptPeople[Any]

    def marks_text(self, row: Stored[Any] | None) -> str:
        """What is said of the addresses of a person from which mail came back, a line for each."""
        return "\n".join(came_back_text(each) for each in _marks(row))

    def clear_marks(self) -> None:
        """**Clear the mark** of the selected person."""
        current = self.table.current
        if isinstance(current, ListedPerson) and current.marks:
            self.page.do(partial(self.objects.clear_marks, current), then=lambda _none: self.read())

    def _marks_column(self) -> Column[Stored[Any]]:
        return Column(
            self.tr("Mail came back"),
            lambda row: "".join(mark_day(each) for each in _marks(row)[:1]),
            tone=lambda row: "bad" if _marks(row) else None,
            tip=self.marks_text,
        )


def _marks(row: Stored[Any] | None) -> Sequence[UndeliverableMark]:
    return row.marks if isinstance(row, ListedPerson) else ()
