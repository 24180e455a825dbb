"""What the console needs of the libraries below it, and one release did not give."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    """Something that rings."""

    rung = Signal()

    def heard(self) -> None:
        """Somebody listens."""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from Python 3.12 on")
def test_a_signal_takes_no_reference_to_true_away() -> None:
    """PySide6 6.12.0 did: after some thousands of signals the interpreter aborted."""
    bell = Bell()
    bell.rung.connect(bell.heard)
    before = sys.getrefcount(True)
    for _ in range(200):
        bell.rung.emit()
    assert sys.getrefcount(True) > before - 100
