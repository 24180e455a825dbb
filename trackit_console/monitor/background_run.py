"""Work of a host beside the visits, such as removing old data: one run at a time, on a thread of its own, ended with the host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from trackit_console.monitor.told_once import ToldOnce

END_SECONDS = 0.5


class BackgroundRun:
    """The runs of one kind; `failed` says in the log what could not be done. Used by one thread."""

    def __init__(self, name: str, failed: str) -> None:
        self._name = name
        self._stop = threading.Event()
        self._stopped_at = 0.0
        self._thread: threading.Thread | None = None
        self._trouble = ToldOnce(failed)

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, work: Callable[[threading.Event], None]) -> None:
        """Runs `work`, which ends soon once its event is set. To be called while none is running."""
        # Not cleared and used again: a run that `halt` left behind must go on seeing its own event as set.
        self._stop = threading.Event()
        # A daemon: a database server that never answers must not keep the program alive.
        self._thread = threading.Thread(target=self._run, args=(work, self._stop), name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends a run after the step in hand; does not wait for that."""
        if not self._stop.is_set():
            self._stopped_at = time.monotonic()
            self._stop.set()

    def halt(self) -> None:
        """Waits for the step in hand, then leaves the thread behind: its transaction is kept as a whole or not at all.

        The time since `stop` counts as waited for: several runs end side by side.
        """
        self.stop()
        if self._thread is not None:
            self._thread.join(max(0.0, END_SECONDS - (time.monotonic() - self._stopped_at)))
            self._thread = None

    def _run(self, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
        try:
            work(stop)
            self._trouble.passed()
        except Exception as problem:  # the thread of a run: told, and the next one begins anew
            self._trouble.tell(problem)
