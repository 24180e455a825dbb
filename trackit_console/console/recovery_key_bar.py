"""Says that the recovery key was not stored yet, while the database keeps secrets that only it can open elsewhere (SEC-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from trackit_console.console.database_watch import Watch
from trackit_console.console.widgets.banner import Banner

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class RecoveryKeyBar(Banner):
    """Follows `watch`; `pressed` is **Recovery Key…**, and **Later** hides it until the next start."""

    def __init__(self, watch: Watch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = False
        self._later = False
        self.later_button = QPushButton(self)
        self.later_button.clicked.connect(self._put_off)
        row = self.layout()
        assert row is not None
        row.addWidget(self.later_button)
        watch.snapshot_read.connect(self._follow)
        watch.lost.connect(self._lost)

    def retranslate(self) -> None:
        """Shows the bar in the current language, or hides it."""
        shown = self._wanted and not self._later
        words = self.tr("Store the recovery key: without it, the stored passwords are lost with this computer.")
        self.show_text(words if shown else "", self.tr("Recovery Key…"))
        self.later_button.setText(self.tr("Later"))

    def _follow(self, snapshot: Snapshot) -> None:
        if snapshot.recovery_key_wanted != self._wanted:
            self._wanted = snapshot.recovery_key_wanted
            self.retranslate()

    def _lost(self) -> None:
        # The key cannot be shown now, and the bar about the database is enough.
        self._wanted = False
        self.retranslate()

    def _put_off(self) -> None:
        self._later = True
        self.retranslate()
