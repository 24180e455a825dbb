"""**Notifications**: on which events mail is sent, and to whom (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from trackit_console.console.compiled.ui_notifications_page import Ui_NotificationsPage
from trackit_console.console.context import Context
from trackit_console.console.pages.definition_page import DefinitionPage
from trackit_console.console.pages.notification_list import NotificationList
from trackit_console.console.pages.object_list import ObjectList

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class NotificationsPage(DefinitionPage):
    """One list, and a banner as long as there is no account that could send."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_NotificationsPage())
        self.ui.banner.pressed.connect(partial(context.open_page, "incoming"))

    def make_lists(self) -> Sequence[ObjectList]:
        return (NotificationList(self.ui, self, self.context.services.notifications),)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        super().show_snapshot(snapshot)
        words = self.tr("Nothing is sent until Outgoing Email is configured.") if snapshot.outgoing is None else ""
        self.ui.banner.show_text(words, self.tr("Configure Outgoing Email"))
