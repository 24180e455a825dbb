"""A change while its effects are written: shared by the writers of one unit of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from trackit_console.domain.effects import Change, Effect
from trackit_console.domain.events import Event
from trackit_console.domain.records import Placeholder, RecordRef, RecordTarget


@dataclass(slots=True)
class WrittenChange:
    """A change while it is written: what its placeholders stand for, its delivery, and the events it made."""

    change: Change
    delivery_id: int | None = None
    created: dict[Placeholder, RecordRef] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def resolve(self, target: RecordTarget) -> RecordRef:
        """The record that `target` stands for; KeyError for a placeholder that no earlier effect created."""
        return self.created[target] if isinstance(target, Placeholder) else target

    def told_events(self) -> list[Event]:
        """The events as listeners hear of them: those of a quiet change say so, those of a rule's name it."""
        quiet, by = self.change.quiet, self.change.by
        return [replace(each, quiet=quiet or each.quiet, by=by) for each in self.events] if quiet or by else self.events

    def person_id(self, target: int | Placeholder | None) -> int | None:
        """The id of the requestor that `target` stands for."""
        return self.created[target].id if isinstance(target, Placeholder) else target


def effects_of(written: Sequence[WrittenChange]) -> Iterator[tuple[WrittenChange, Effect]]:
    """Every effect with the change that it belongs to, in order."""
    return ((each, effect) for each in written for effect in each.change.effects)
