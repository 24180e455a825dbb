"""One unit of work as a worker thread carries it out, and what it tells the UI thread (T-06)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from enum import Enum, auto
from typing import Any

from trackit_console.cancel import Cancel, cancellable

Work = Callable[..., Any]


class Told(Enum):
    """What a worker thread tells of its work: any number of steps, then an answer or a problem."""

    STEP = auto()
    ANSWER = auto()
    PROBLEM = auto()


Tell = Callable[[Told, Any], None]


def carry_out(work: Work, cancel_request: Cancel, tell: Tell) -> None:
    """Does `work` on the worker thread that calls it, and tells what comes of it; raises nothing."""
    try:
        with cancellable(cancel_request):
            answer = work(cancel_request) if _takes_cancel(work) else work()
            # Within the block: a generator does its work only while it is asked for steps.
            if isinstance(answer, Generator):
                answer = _steps(answer, tell)
        told, payload = Told.ANSWER, answer
    except Exception as problem:  # reported to whoever started the task
        told, payload = Told.PROBLEM, problem
    tell(told, payload)


def _steps(steps: Generator[Any, None, Any], tell: Tell) -> Any:
    while True:
        try:
            # Not a for loop, which would lose the value that the generator returns.
            tell(Told.STEP, next(steps))
        except StopIteration as end:
            return end.value


def _takes_cancel(work: Work) -> bool:
    """Whether `work` accepts a `Cancel`: it has a required positional parameter."""
    try:
        parameters = inspect.signature(work).parameters.values()
    except ValueError:  # built-in functions may have no signature
        return False
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    return any(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in needed)
