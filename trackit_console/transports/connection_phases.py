"""The phases in which a connection is opened, as data: the monitor walks them, a connection test shows them (IN-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trackit_console.transports.connection import Connection
from trackit_console.transports.steps import StepName
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: `run` does it on `connection` and raises `TransportError`, `found` tells what came of it.

    `found` may ask the server; only a test calls it. `skipped` says why there is nothing to do.
    """

    name: StepName
    connection: Connection
    run: Callable[[], None]
    found: Callable[[], Phrase]
    skipped: Phrase | None = None


def walk(phases: Iterable[Phase]) -> None:
    """Goes through all of them without a word; raises the `TransportError` of the first that fails."""
    for phase in phases:
        if phase.skipped is None:
            phase.run()
