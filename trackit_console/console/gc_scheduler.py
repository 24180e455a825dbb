"""Python's search for cyclic garbage, kept in the UI thread and short.

Left to itself it starts in whatever thread makes the next object. In a worker's thread it would delete Qt objects where
they do not live (QObject, "Thread Affinity"), and a full pass over all that the libraries brought stops the window for
100 ms, whichever thread it runs in. So it is switched off, done here once a second, and what was imported is left out.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GcScheduler(QObject):
    """Collects in the thread it lives in, for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = 0
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        self.destroyed.connect(gc.enable)

    def collect(self) -> None:
        """Collects the oldest generation that is due by Python's own thresholds."""
        self._leave_out_imports()
        due = [
            number for number, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(due[-1])

    def _leave_out_imports(self) -> None:
        """What modules brought lives as long as the program: no pass has to look at it again, nor at what else is there."""
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            gc.freeze()
