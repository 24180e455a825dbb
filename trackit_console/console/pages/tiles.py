"""**Email Configurations**: the three tiles (T-01 to T-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from trackit_console.console.context import Context
from trackit_console.console.pages.page import Page
from trackit_console.console.states import tile_state
from trackit_console.console.widgets.tile import Tile as TileWidget
from trackit_console.settings.tiles import Tile

if TYPE_CHECKING:
    from trackit_console.store.overview import Overview

PAGE_OF = {Tile.INCOMING_AND_OUTGOING: "incoming", Tile.MONITOR: "monitor", Tile.FILTERS: "filters"}


class TilesPage(Page):
    """Where each tile leads, what it misses, how it is doing."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self.tiles = {
            Tile.INCOMING_AND_OUTGOING: TileWidget(
                theme, "mail", self.tr("Incoming and Outgoing Emails"), self.tr("Mailboxes to read, and the account that sends.")
            ),
            Tile.MONITOR: TileWidget(
                theme, "monitor", self.tr("Email Monitor Settings"), self.tr("When mail is checked, and what follows.")
            ),
            Tile.FILTERS: TileWidget(
                theme, "filter", self.tr("Email Filters"), self.tr("Whose mail is not taken, and which subjects.")
            ),
        }
        grid = QGridLayout()
        grid.setSpacing(16)
        for column, (tile, widget) in enumerate(self.tiles.items()):
            grid.addWidget(widget, 0, column)
            widget.activated.connect(self._opener(tile))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(grid)
        rows.addStretch(1)

    def _opener(self, tile: Tile) -> Callable[[], None]:
        return lambda: self.context.open_page(PAGE_OF[tile])

    def show_overview(self, overview: Overview) -> None:
        for tile, widget in self.tiles.items():
            state = tile_state(tile, overview)
            if state != widget.state:
                widget.show_state(state)
