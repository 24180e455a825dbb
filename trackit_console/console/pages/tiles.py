"""**Email Configurations**: the three tiles, and links to the other pages (T-01 to T-03)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from trackit_console.console.context import Context
from trackit_console.console.display_text import label
from trackit_console.console.menu import HOME_PAGE
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import DAILY_WORK, GROUPS, PAGES, PageInfo
from trackit_console.console.widgets.banner import Banner
from trackit_console.console.widgets.page_links import PageLinks
from trackit_console.console.widgets.tile import Tile

if TYPE_CHECKING:
    from trackit_console.store.snapshot import Snapshot

TILES = ("incoming", "monitor", "filters")
COLUMNS = (("incoming", "people"), ("sending",), ("", "database"))
"""The groups of links below each tile; the empty one is daily work."""


class TilesPage(Page):
    """Shows the tiles with their state; `tiles` maps the page that a tile opens to the tile. `groups` are the links below them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.tiles = {page: Tile(context.theme, PAGES[page].icon) for page in TILES}
        self.groups: list[PageLinks] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(24)
        for column, (page, tile) in enumerate(self.tiles.items()):
            grid.addWidget(tile, 0, column)
            grid.addLayout(self._links(COLUMNS[column]), 1, column)
            grid.setColumnStretch(column, 1)
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

    def _links(self, groups: Sequence[str]) -> QVBoxLayout:
        column = QVBoxLayout()
        # As far in as the words of the tile above.
        column.setContentsMargins(22, 0, 0, 0)
        column.setSpacing(20)
        for group in groups:
            links = PageLinks(
                GROUPS.get(group, DAILY_WORK), [name for name, page in PAGES.items() if _belongs(name, page, group)]
            )
            links.chosen.connect(self.context.open_page)
            self.groups.append(links)
            column.addWidget(links)
        column.addStretch(1)
        return column

    def show_texts(self) -> None:
        for page, tile in self.tiles.items():
            tile.show_words(label(PAGES[page].title, "pages"), label(PAGES[page].summary, "pages"))
        for group in self.groups:
            group.retranslate()

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


def _belongs(name: str, page: PageInfo, group: str) -> bool:
    if name in TILES or name == HOME_PAGE:
        return False
    return page.group == group if page.parent else not group
