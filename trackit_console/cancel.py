"""Cancellation: a flag that any thread can set and that nested code can check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_current = threading.local()


class Cancel:
    """A flag that is set once to request cancellation. Callbacks let blocking calls be interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._callbacks: list[Callable[[], None]] = []

    def set(self) -> None:
        """Requests cancellation. Callbacks run on the caller's thread, each once."""
        with self._lock:
            self._set = True
            callbacks, self._callbacks = self._callbacks, []
        # Without the lock: a callback that asks `is_set`, or removes another one, would wait for its own thread.
        for callback in callbacks:
            callback()

    def is_set(self) -> bool:
        """Whether cancellation was requested."""
        with self._lock:
            return self._set

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Calls `callback` on cancellation, at once if that was requested already. Returns a function that removes the callback."""
        with self._lock:
            # Asked and added under one lock: a `set` in between would call nobody.
            if not self._set:
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            # `set` may have taken it out already.
            if callback in self._callbacks:
                self._callbacks.remove(callback)


@dataclass(slots=True)
class _Work:
    """The work of one thread within `cancellable`."""

    cancel: Cancel
    committed: bool = False


@contextmanager
def cancellable(cancel: Cancel) -> Iterator[None]:
    """Within the block, `cancelled` reports on `cancel` to code on this thread to which it cannot be passed."""
    outer: _Work | None = getattr(_current, "work", None)
    _current.work = work = _Work(cancel)
    try:
        yield
    finally:
        _current.work = outer
        if outer is not None:
            # What was committed inside cannot be taken back, so the work around it has to be finished as well.
            outer.committed |= work.committed


def committed() -> None:
    """Marks the current work as partly committed: from here on it is completed, even if cancellation is requested."""
    work: _Work | None = getattr(_current, "work", None)
    if work is not None:
        work.committed = True


def cancelled() -> bool:
    """Whether the current work on this thread should stop."""
    work: _Work | None = getattr(_current, "work", None)
    return work is not None and not work.committed and work.cancel.is_set()


def on_cancelled(callback: Callable[[], None]) -> Callable[[], None]:
    """Calls `callback` when the current work on this thread should stop. Returns a function that removes it.

    It is not called for work that was committed in part.
    """
    work: _Work | None = getattr(_current, "work", None)
    return _nothing if work is None or work.committed else work.cancel.on_cancel(callback)


def _nothing() -> None:
    pass
