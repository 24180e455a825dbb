"""The search of the Activity page: words, period, mailbox and outcome (RUN-08)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from trackit_console.console.display_text import label
from trackit_console.console.field_texts import show_item
from trackit_console.console.outcome_text import outcome_text
from trackit_console.domain.deliveries import Outcome
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.user_messages import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

PERIODS = (
    (QT_TRANSLATE_NOOP("pages", "Today"), 0),
    (QT_TRANSLATE_NOOP("pages", "Last 7 days"), 7),
    (QT_TRANSLATE_NOOP("pages", "Last 30 days"), 30),
    (QT_TRANSLATE_NOOP("pages", "All"), -1),
)
TYPING_MS = 250


class ActivitySearch(QObject):
    """The fields of the form `ui`; `changed` is emitted when one was changed, while typing after a pause."""

    changed = Signal()

    def __init__(self, ui: Any, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui
        self._now = now
        self.show_texts()
        ui.period.setCurrentIndex(1)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.changed)
        ui.search.textChanged.connect(self._restart_pause)
        for combo in (ui.period, ui.mailbox, ui.outcome):
            # Not currentIndexChanged, which refilling the list emits as well.
            combo.activated.connect(self._chosen)

    def show_texts(self) -> None:
        """Sets the choices in the current language; the selection stays."""
        for at, (words, days) in enumerate(PERIODS):
            show_item(self._ui.period, at, label(words, "pages"), days)
        show_item(self._ui.mailbox, 0, self.tr("All mailboxes"), None)
        show_item(self._ui.outcome, 0, self.tr("All outcomes"), None)
        outcomes = [each for each in Outcome if each is not Outcome.COMMANDED]
        for at, outcome in enumerate(outcomes, 1):
            show_item(self._ui.outcome, at, outcome_text(outcome), outcome.value)

    def show_mailboxes(self, snapshot: Snapshot) -> None:
        """Offers the mailboxes of `snapshot`."""
        combo = self._ui.mailbox
        offered = [(combo.itemText(at), combo.itemData(at)) for at in range(1, combo.count())]
        wanted = [(each.value.title, each.id) for each in snapshot.mailboxes]
        if offered == wanted:
            return
        chosen = combo.currentData()
        while combo.count() > 1:
            combo.removeItem(1)
        for title, mailbox_id in wanted:
            combo.addItem(title, mailbox_id)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))

    def search_for(self, words: str) -> None:
        """Searches everything for `words`: a period, mailbox or outcome that was chosen before would hide what is asked for."""
        self._ui.search.setText(words)
        self._ui.period.setCurrentIndex(self._ui.period.findData(-1))
        self._ui.mailbox.setCurrentIndex(0)
        self._ui.outcome.setCurrentIndex(0)

    @property
    def query(self) -> ActivityQuery:
        """The search as the form shows it; a period begins at local midnight."""
        days = self._ui.period.currentData()
        midnight = self._now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        outcome = self._ui.outcome.currentData()
        return ActivityQuery(
            text=self._ui.search.text(),
            since=None if days < 0 else midnight - timedelta(days=days),
            mailbox_id=self._ui.mailbox.currentData(),
            outcome=Outcome(outcome) if outcome else None,
        )

    def _restart_pause(self) -> None:
        self._typing.start()

    def _chosen(self, _index: int) -> None:
        self.changed.emit()
