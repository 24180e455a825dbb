"""Cyclic garbage is collected in the UI thread, whoever made it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject

from trackit_console.console.gc_scheduler import GcScheduler


class Knot:
    """An object that only the search for cycles finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage() -> Iterator[GcScheduler]:
    owner = QObject()
    yield GcScheduler(owner)
    shiboken6.delete(owner)
    assert gc.isenabled(), "left switched off"


def test_what_a_worker_leaves_behind_is_deleted_in_the_ui_thread(garbage: GcScheduler) -> None:
    garbage.collect()  # the first time leaves out all that is there
    deleted_in: list[str] = []

    def work() -> None:
        for _ in range(5 * gc.get_threshold()[0]):
            weakref.finalize(Knot(), lambda: deleted_in.append(threading.current_thread().name))

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert deleted_in == []
    garbage.collect()
    assert set(deleted_in) == {threading.current_thread().name}
