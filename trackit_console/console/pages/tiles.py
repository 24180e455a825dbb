"""**Email Configurations**: the three tiles (T-01 to T-03)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from trackit_console.console.context import Context
from trackit_console.console.display_text import label
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.widgets.banner import Banner
from trackit_console.console.widgets.tile import Tile

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot


class TilesPage(Page):
    """Shows the tiles with their state; `tiles` maps the page that a tile opens to the tile."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.tiles = {page: Tile(context.theme, PAGES[page].icon) for page in ("incoming", "monitor", "filters")}
        grid = QGridLayout()
        grid.setSpacing(16)
        for column, (page, tile) in enumerate(self.tiles.items()):
            grid.addWidget(tile, 0, column)
            tile.activated.connect(partial(self.context.open_page, page))
        self.set_aside = Banner()
        self.set_aside.pressed.connect(partial(self.context.open_page, "quarantine"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(16)
        rows.addWidget(self.set_aside)
        rows.addLayout(grid)
        rows.addStretch(1)
        self.show_texts()

    def show_texts(self) -> None:
        words = {
            "incoming": self.tr("Mailboxes to read, and the account that sends."),
            "monitor": self.tr("When mail is checked, and what follows."),
            "filters": self.tr("Whose mail is not taken, and which subjects."),
        }
        for page, tile in self.tiles.items():
            tile.show_words(label(PAGES[page].title, "pages"), words[page])

    def show_snapshot(self, snapshot: Snapshot) -> None:
        from trackit_console.console.tile_states import tile_state  # imports the settings models: after the window is shown

        number = snapshot.quarantine
        words = self.tr("Messages that were set aside and wait for you: {number}.").format(number=number)
        self.set_aside.show_text(words if number else "", self.tr("Look at them"))
        for page, tile in self.tiles.items():
            state = tile_state(page, snapshot, self.context.services.clock.now())
            # Snapshots come every second: a tile that says the same is not laid out again.
            if state != tile.state:
                tile.show_state(state)
