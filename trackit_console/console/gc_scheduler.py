"""Runs Python's cyclic garbage collector in the UI thread only, and keeps its passes short.

By default it runs in the thread that allocates the next object. In a worker thread it would delete Qt objects outside
their own thread (QObject, "Thread Affinity"), and a full pass over all imported modules stops the window for 100 ms,
whichever thread it runs in. So automatic collection is off, a timer collects once a second, and imported objects are
frozen.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GcScheduler(QObject):
    """Collects in its own thread while it exists."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = 0
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        # Without the timer nobody would collect any more.
        self.destroyed.connect(gc.enable)

    def collect(self) -> None:
        """Collects the oldest generation that is due according to Python's thresholds."""
        self._leave_out_imports()
        due = [
            number for number, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            # Collecting a generation includes all younger ones.
            gc.collect(due[-1])

    def _leave_out_imports(self) -> None:
        """Objects of imported modules live as long as the program, so later passes need not visit them."""
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            gc.freeze()
