"""People as the lists show them: with the marks of their addresses (MSG-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trackit_console.store.row_mapping import Stored
from trackit_console.store.undeliverable_addresses import UndeliverableMark


@dataclass(frozen=True, slots=True)
class ListedPerson(Stored[Any]):
    """`marks` are those of the person's addresses, the latest first."""

    marks: tuple[UndeliverableMark, ...] = ()
