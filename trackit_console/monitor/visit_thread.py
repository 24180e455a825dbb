"""A visit on a thread of its own, started and ended by `running_visits`."""

from __future__ import annotations

import threading
from collections.abc import Callable

from trackit_console.monitor.visit import Visit
from trackit_console.monitor.visit_result import VisitResult


class VisitThread:
    """A visit on its thread. The thread is a daemon: a call that never returns must not keep the program alive."""

    def __init__(self, visit: Visit, report: Callable[[], None]) -> None:
        self.visit = visit
        self.result: VisitResult | None = None
        self.problem: Exception | None = None
        self.over = False
        self._report = report
        self._thread = threading.Thread(target=self._run, name=f"visit {visit.name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self.visit.run()
        except Exception as problem:  # the thread of one visit: reported by the engine, the others go on
            self.problem = problem
        finally:
            # Before the report: whoever is woken by it must see that this visit is over, and not wait for the next time.
            self.over = True
            self._report()

    def join(self, seconds: float) -> None:
        self._thread.join(max(0.0, seconds))
