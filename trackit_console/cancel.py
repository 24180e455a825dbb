"""The wish to end something that is under way, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


@contextmanager
def cancellable(wish: Cancel) -> Iterator[None]:
    """Within, on this thread, `cancelled` answers for `wish`: for work that is too deep down to be handed it."""
    before = getattr(_current, "wish", None)
    _current.wish = wish
    try:
        yield
    finally:
        _current.wish = before


def cancelled() -> bool:
    """Whether the work on this thread is to end."""
    wish: Cancel | None = getattr(_current, "wish", None)
    return wish is not None and wish.is_set()
