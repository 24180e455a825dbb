"""The wish to end something that is under way, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_current = threading.local()


class Cancel:
    """Set once, by whoever wants the end; those who wait hear of it by a callback."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._callbacks: list[Callable[[], None]] = []

    def set(self) -> None:
        """Asks for the end; callbacks run on the caller's thread, each once."""
        with self._lock:
            self._set = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def is_set(self) -> bool:
        """Whether the end was asked for."""
        with self._lock:
            return self._set

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback` when the end is asked for, at once if it was already; answers what forgets it again."""
        with self._lock:
            if not self._set:
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


@dataclass(slots=True)
class _Work:
    """What a thread does within `cancellable`."""

    wish: Cancel
    committed: bool = False


@contextmanager
def cancellable(wish: Cancel) -> Iterator[None]:
    """Within, on this thread, `cancelled` answers for `wish`: for work that is too deep down to be handed it."""
    outer: _Work | None = getattr(_current, "work", None)
    _current.work = work = _Work(wish)
    try:
        yield
    finally:
        _current.work = outer
        if outer is not None:
            outer.committed |= work.committed


def committed() -> None:
    """The work on this thread has changed something for good: it is too late to cancel, the rest of it is to be done as well."""
    work: _Work | None = getattr(_current, "work", None)
    if work is not None:
        work.committed = True


def cancelled() -> bool:
    """Whether the work on this thread is to end."""
    work: _Work | None = getattr(_current, "work", None)
    return work is not None and not work.committed and work.wish.is_set()
