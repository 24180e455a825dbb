"""A run of `outbox_delivery` on a thread of its own, started and ended by `outbox_sender`."""

from __future__ import annotations

import threading
from collections.abc import Callable

from trackit_console.monitor.outbox_delivery import OutboxDelivery


class DeliveryThread:
    """One run on its thread. The thread is a daemon: a call that never returns must not keep the program alive."""

    def __init__(self, delivery: OutboxDelivery, report: Callable[[], None]) -> None:
        self.delivery = delivery
        self.problem: Exception | None = None
        self.over = False
        self._report = report
        self._thread = threading.Thread(target=self._run, name="outgoing mail", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.delivery.run()
        except Exception as problem:  # the thread of sending: reported by the engine, which starts it again
            self.problem = problem
        finally:
            # Before the report: whoever is woken by it must see that this run is over.
            self.over = True
            self._report()

    def join(self, seconds: float) -> None:
        self._thread.join(max(0.0, seconds))
