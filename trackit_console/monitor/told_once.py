"""Tells the log of trouble that is met again and again: one line until it changes (LOG-01)."""

from __future__ import annotations

from trackit_console.logs import component
from trackit_console.store.errors import StoreError
from trackit_console.user_messages import Problem


class ToldOnce:
    """The trouble of one kind of work; `failed` says in the log what could not be done. Used by one thread at a time."""

    def __init__(self, failed: str) -> None:
        self._failed = failed
        self._told: str | None = None

    def tell(self, problem: Exception) -> None:
        """One line for each kind of trouble until it has passed; a fault of the program with its traceback."""
        code = problem.code if isinstance(problem, Problem) else type(problem).__name__
        if code != self._told:
            detail = problem.detail if isinstance(problem, Problem) else ""
            fault = None if isinstance(problem, StoreError) else problem
            component("EmailMonitor").error("%s: %s %s", self._failed, problem, detail, exc_info=fault)
        self._told = code

    def passed(self) -> None:
        """It works: the next trouble is told."""
        self._told = None
