"""**Loop protection**: what becomes of automatic mail, and when nothing is answered any more (MSG-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trackit_console.console.compiled.ui_loop_protection_page import Ui_LoopProtectionPage
from trackit_console.console.context import Context
from trackit_console.console.pages.form_page import FormPage
from trackit_console.console.pages.restart_banner import RestartBanner
from trackit_console.domain.audit import Audited
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class LoopProtectionPage(FormPage[LoopProtection]):
    """The fields of `LoopProtection`."""

    audited = Audited.LOOP_PROTECTION
    model = LoopProtection

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_LoopProtectionPage())
        self._restart_banner = RestartBanner(self.ui.restart_banner, self)
        self.show_texts()

    @property
    def save_operation(self) -> Callable[[Stored[LoopProtection]], None]:
        return self.context.services.settings.save_loop_protection

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.loop_protection)
        self._restart_banner.show_snapshot(snapshot)
        self.refresh_actions()
