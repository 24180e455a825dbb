"""Waiting while a window settles before its picture is taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

TIMEOUT_MS = 20_000
SETTLE_MS = 400


def wait(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Runs the event loop until `until` is true, at most for this time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    poll = QTimer(interval=20)
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    poll.start()
    loop.exec()
    poll.stop()
