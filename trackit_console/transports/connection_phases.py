"""The phases in which an account is opened, as data: the monitor walks them, a connection test shows them (IN-10).

Nothing here knows what is behind a phase: a socket, a web session or a script of a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from trackit_console.transports.steps import StepName
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection to be made, and for the wait for any single answer."""

    connect: float = 15.0
    answer: float = 60.0


class Abortable(Protocol):
    """What can be ended from any thread while another waits on it."""

    def abort(self) -> None:
        """Ends whatever waits, and whatever comes later; those calls raise `Cancelled`."""
        ...

    def expire(self) -> None:
        """As `abort`, but because it took too long: the calls raise `TimedOut`."""
        ...


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: `run` does it and raises `TransportError`, `describe` tells what came of it; `abortable` ends both.

    `describe` may ask the server; only a test calls it. `skipped` says why there is nothing to do.
    """

    name: StepName
    abortable: Abortable
    run: Callable[[], None]
    describe: Callable[[], Phrase]
    skipped: Phrase | None = None


def walk(phases: Iterable[Phase]) -> None:
    """Goes through all of them without a word; raises the `TransportError` of the first that fails."""
    for phase in phases:
        if phase.skipped is None:
            phase.run()
