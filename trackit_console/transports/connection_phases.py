"""The phases of opening an account, as data: the monitor runs them, a connection test also shows them (IN-10).

This module does not depend on what a phase uses: a socket, a web session or the script of a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from trackit_console.traceback_locals import forgetting_locals
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import Phrase


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for any single response."""

    connect: float = 15.0
    answer: float = 60.0


class Abortable(Protocol):
    """Something that any thread can interrupt while another waits on it."""

    def abort(self) -> None:
        """Interrupts the current call and all later ones; they raise `Cancelled`."""
        ...

    def expire(self) -> None:
        """Like `abort`, but because a time limit passed: the calls raise `TimedOut`."""
        ...


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: `run` performs it and raises `TransportError`, `describe` reports the result; `abortable` interrupts both.

    `describe` may query the server; only a connection test calls it. `skipped` says why there is nothing to do.
    """

    name: StepName
    abortable: Abortable
    run: Callable[[], None]
    describe: Callable[[], Phrase]
    skipped: Phrase | None = None


def walk(phases: Iterable[Phase]) -> None:
    """Runs all phases without reporting them; raises the `TransportError` of the first that fails."""
    for phase in phases:
        if phase.skipped is None:
            # The password was in local variables.
            with forgetting_locals():
                phase.run()
