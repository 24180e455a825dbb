"""Calls that may never return, on a thread that can be left behind (DB-05).

Nothing ends an ODBC driver that waits for a server: a query time-out sends an attention and waits for its answer, and a login
time-out does not count before the first answer. So the driver is called on a thread of its own, and whoever waits does so by a
clock of ours. What only that thread has ever touched is freed by it as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from trackit_console.cancel import on_cancelled

S = TypeVar("S")
MAX_THREADS = 64
"""At most so many in a process, those included that were left behind and still wait."""
CANCEL_SECONDS = 1.0
"""How long a call may still take after the work that it is a part of was cancelled."""
_free = threading.BoundedSemaphore(MAX_THREADS)


class NotAnswered(Exception):
    """The call was left behind; what it does in the end is unknown."""


class _Call(Generic[S]):
    def __init__(self, work: Callable[[S], Any]) -> None:
        self._work = work
        self._answer: Any = None
        self._problem: BaseException | None = None
        # Of this call alone: a cancel that comes when it has been answered must not hurry the next one.
        self._ended: SimpleQueue[bool] = SimpleQueue()

    def run(self, subject: S) -> None:
        try:
            self._answer = self._work(subject)
        except BaseException as problem:  # raised again where the call was made
            self._problem = problem
        self._ended.put(True)

    def cancel(self) -> None:
        """Tells whoever waits that the work of which this is a part was cancelled."""
        self._ended.put(False)

    def ended(self, seconds: float | None) -> bool:
        """Waits until the call has ended, or was cancelled: False. Raises `Empty` after `seconds`."""
        return self._ended.get(timeout=seconds)

    def result(self) -> Any:
        """What the call answered or raised."""
        # Let go of first: raised from here, an exception that this call still held would keep itself and its frames alive.
        problem, self._problem = self._problem, None
        if problem is not None:
            raise problem
        return self._answer


class CallThread(Generic[S]):
    """Calls things with `subject`, one after the other, on a thread of its own. For one caller at a time."""

    def __init__(self, subject: S, name: str) -> None:
        self._calls: SimpleQueue[_Call[S] | None] = SimpleQueue()
        self._left = False
        # The place is given back where it was taken, whichever limit is in force by then.
        self._free = _free
        # A daemon: the process must end although a driver never returns.
        self._thread = threading.Thread(target=self._run, args=(subject,), name=name, daemon=True)

    def start(self, seconds: float | None) -> None:
        """Starts the thread; raises `NotAnswered` if too many are left behind, and none of them ends within `seconds`."""
        if not self._free.acquire(timeout=seconds):
            raise NotAnswered
        try:
            self._thread.start()
        except RuntimeError:  # the system has no more threads
            self._free.release()
            raise

    def _run(self, subject: S) -> None:
        try:
            while (call := self._calls.get()) is not None:
                call.run(subject)
                # While it waits for the next call, this thread would keep the rows of the last one.
                del call
                if self._left:
                    return
        finally:
            self._free.release()

    def call(self, work: Callable[[S], Any], seconds: float | None) -> Any:
        """What `work` answers or raises; raises `NotAnswered` after `seconds`, None for no limit. Then nothing may be called any more.

        It waits no longer than `CANCEL_SECONDS` once the work of the thread that calls is cancelled.
        """
        call = _Call(work)
        self._calls.put(call)
        forget = on_cancelled(call.cancel)
        try:
            self._wait(call, seconds)
        finally:
            forget()
        return call.result()

    def _wait(self, call: _Call[S], seconds: float | None) -> None:
        end = None if seconds is None else time.monotonic() + seconds
        try:
            while not call.ended(_left_of(end)):
                soon = time.monotonic() + CANCEL_SECONDS
                end = soon if end is None else min(end, soon)
        except Empty:
            self.leave()
            raise NotAnswered from None
        except BaseException:  # Ctrl+C: what the call does in the end is unknown
            self.leave()
            raise

    def post(self, work: Callable[[S], Any]) -> None:
        """Has `work` done after the calls before it, without waiting for it, and whatever it raises."""
        self._calls.put(_Call(work))

    def end(self) -> None:
        """Lets the thread end after what was called and posted."""
        self._calls.put(None)

    def leave(self) -> None:
        """Leaves the thread behind: it ends when its call returns, if ever."""
        # Both: the flag ends the thread after a call that hangs, the empty entry if that has returned by now.
        self._left = True
        self.end()


def _left_of(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())
