"""Lists: sorted, searched, refreshed, and what is selected stays selected."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from trackit_console.console.models.column import Column
from trackit_console.console.models.table import Table
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.theme import Theme


@dataclass(frozen=True)
class Fruit:
    name: str
    weight: int


APPLE, CHERRY, PEAR = Fruit("Apple", 180), Fruit("Cherry", 8), Fruit("Pear", 170)


@pytest.fixture
def table(qtbot: QtBot, theme: Theme, window_settings: QSettings) -> Table[Fruit]:
    return make_table(qtbot, theme, window_settings)


def make_table(qtbot: QtBot, theme: Theme, window_settings: QSettings) -> Table[Fruit]:
    view = QTableView(sortingEnabled=True)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    qtbot.addWidget(view)
    columns: list[Column[Fruit]] = [
        Column("Name", lambda row: row.name, stretch=True),
        Column("Weight", lambda row: f"{row.weight} g", order=lambda row: row.weight, tone=lambda row: "ok"),
    ]
    made = Table(view, TableModel(columns, view), theme, window_settings)
    made.show_rows([PEAR, APPLE, CHERRY], key=lambda row: row.name)
    return made


@pytest.fixture
def several(table: Table[Fruit]) -> Table[Fruit]:
    """A list of which several rows can be selected."""
    table.view.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
    table.view.resize(400, 300)
    table.view.show()
    return table


def click(qtbot: QtBot, table: Table[Fruit], *rows: Fruit) -> None:
    """Selects these rows with the mouse."""
    for row in rows:
        index = table.model.index(table.model.rows.index(row), 0)
        modifiers = Qt.KeyboardModifier.NoModifier if row is rows[0] else Qt.KeyboardModifier.ControlModifier
        qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifiers, table.view.visualRect(index).center())


def names(table: Table[Fruit]) -> list[str]:
    """The first column, from top to bottom, as the view shows it."""
    model = table.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_rows_stand_as_they_came_until_a_heading_is_clicked(table: Table[Fruit], qtbot: QtBot) -> None:
    assert names(table) == ["Pear", "Apple", "Cherry"]
    table.view.show()
    header = table.view.horizontalHeader()
    where = header.viewport().rect().center()
    where.setX(header.sectionViewportPosition(1) + 5)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    by_weight = names(table)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert sorted([by_weight, names(table)]) == [["Apple", "Pear", "Cherry"], ["Cherry", "Pear", "Apple"]]


def test_the_selected_row_stays_selected_when_the_list_is_sorted(table: Table[Fruit]) -> None:
    table.select(lambda row: row is PEAR)
    table.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["Cherry", "Pear", "Apple"]
    assert table.current is PEAR


def test_the_selected_row_stays_selected_when_others_come(table: Table[Fruit]) -> None:
    table.select(lambda row: row is CHERRY)
    table.show_rows([Fruit("Fig", 40), PEAR, APPLE, CHERRY], key=lambda row: row.name)
    assert table.current is CHERRY


FIG = Fruit("Fig", 40)


@pytest.mark.parametrize(
    ("now", "selected"),
    [
        pytest.param([PEAR, CHERRY, FIG], [PEAR, CHERRY], id="as many rows"),
        pytest.param([FIG, CHERRY, APPLE], [CHERRY], id="as many rows without the first"),
        pytest.param([FIG, PEAR, APPLE, CHERRY], [PEAR, CHERRY], id="one row more"),
        pytest.param([APPLE, CHERRY], [CHERRY], id="one row fewer"),
        pytest.param([APPLE, FIG, Fruit("Plum", 60)], [], id="none of them"),
    ],
)
def test_the_rows_that_were_chosen_stay_selected_and_no_others(
    several: Table[Fruit], qtbot: QtBot, now: list[Fruit], selected: list[Fruit]
) -> None:
    click(qtbot, several, PEAR, CHERRY)
    several.show_rows(now, key=lambda row: row.name)
    assert several.selection == selected


def test_the_keys_go_on_from_the_row_with_the_focus(several: Table[Fruit], qtbot: QtBot) -> None:
    click(qtbot, several, PEAR, APPLE)
    several.show_rows([APPLE, CHERRY, PEAR], key=lambda row: row.name)
    qtbot.keyClick(several.view, Qt.Key.Key_Down)
    assert several.selection == [CHERRY]


@pytest.mark.parametrize("more", [False, True], ids=["as many rows", "one row more"])
def test_a_list_stays_where_it_was_scrolled_to_when_others_come(several: Table[Fruit], qtbot: QtBot, more: bool) -> None:
    """Whoever reads further down is not taken back to the row that was clicked."""
    rows = [Fruit(f"Fruit {number}", number) for number in range(200)]
    several.show_rows(rows, key=lambda row: row.name)
    click(qtbot, several, rows[3])
    bar = several.view.verticalScrollBar()
    bar.setValue(120)
    several.show_rows([FIG, *rows][: 201 if more else 200], key=lambda row: row.name)
    assert (bar.value(), several.selection) == (120, [rows[3]])
    assert several.view.currentIndex().row() == 4


def test_another_search_with_as_many_hits_selects_nothing_new(several: Table[Fruit], qtbot: QtBot) -> None:
    several.show_rows([PEAR, APPLE, CHERRY, FIG], key=lambda row: row.name)
    several.search("p")
    click(qtbot, several, PEAR, APPLE)
    several.search("r")  # Pear and Cherry
    assert (names(several), several.selection) == (["Pear", "Cherry"], [PEAR])


def test_new_rows_are_sorted_in(table: Table[Fruit]) -> None:
    table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    table.show_rows([PEAR, APPLE, CHERRY, Fruit("Banana", 120)], key=lambda row: row.name)
    assert names(table) == ["Apple", "Banana", "Cherry", "Pear"]


def test_a_search_keeps_the_selected_row_or_tells_that_it_is_gone(table: Table[Fruit], qtbot: QtBot) -> None:
    table.select(lambda row: row is APPLE)
    table.search("P")  # whatever its case, in any column
    assert (names(table), table.current) == (["Pear", "Apple"], APPLE)
    with qtbot.waitSignal(table.picked):
        table.search("170 g")
    assert (names(table), table.current) == (["Pear"], None)
    table.search("")
    assert names(table) == ["Pear", "Apple", "Cherry"]


def test_a_column_is_as_wide_as_what_it_shows(table: Table[Fruit]) -> None:
    before = table.view.columnWidth(1)
    table.show_rows([Fruit("Melon", 10**12)], key=lambda row: row.name)
    assert table.view.columnWidth(1) > before


@pytest.mark.covers("T-08")
def test_a_column_stays_as_wide_as_it_was_made_by_hand(qtbot: QtBot, theme: Theme, window_settings: QSettings) -> None:
    table = make_table(qtbot, theme, window_settings)
    fitted = table.view.columnWidth(1)
    table.view.horizontalHeader().resizeSection(1, 33)
    table.show_rows([Fruit("Melon", 10**12)], key=lambda row: row.name)
    again = make_table(qtbot, theme, window_settings)
    assert (table.view.columnWidth(1), again.view.columnWidth(1)) == (33, 33)
    assert fitted > 33


def test_pills_and_words_are_painted_in_the_colours_of_the_theme(table: Table[Fruit], theme: Theme) -> None:
    table.view.resize(400, 200)
    table.view.show()
    picture = table.view.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert {theme.tokens.ok_soft, theme.tokens.line} <= seen


def make_wide_table(qtbot: QtBot, theme: Theme, window_settings: QSettings, width: int) -> Table[Fruit]:
    view = QTableView()
    qtbot.addWidget(view)
    columns: list[Column[Fruit]] = [
        Column("Number", lambda row: "1"),
        Column("Name", lambda row: row.name, stretch=True, least=260),
        Column("Grower", lambda row: "Anna Berg of the orchard by the river", least=90, most=160),
        Column("Weight", lambda row: f"{row.weight} g"),
    ]
    made = Table(view, TableModel(columns, view), theme, window_settings)
    made.show_rows([PEAR, APPLE, CHERRY], key=lambda row: row.name)
    view.resize(width, 300)
    view.show()
    return made


@pytest.mark.covers("T-08")
def test_the_main_column_keeps_its_width_and_the_others_give_way(qtbot: QtBot, theme: Theme, window_settings: QSettings) -> None:
    table = make_wide_table(qtbot, theme, window_settings, 900)
    view, scroll = table.view, table.view.horizontalScrollBar()
    taken = view.columnWidth(0) + view.columnWidth(3)
    assert (view.columnWidth(1), view.columnWidth(2)) == (view.viewport().width() - taken - 160, 160)
    view.resize(taken + 260 + 120 + 2 * view.frameWidth(), 300)
    qtbot.waitUntil(lambda: view.columnWidth(2) == 120)
    assert (view.columnWidth(1), scroll.maximum()) == (260, 0)
    view.resize(300, 300)
    qtbot.waitUntil(lambda: scroll.maximum() > 0)
    assert (view.columnWidth(1), view.columnWidth(2)) == (260, 90)
    view.resize(900, 300)
    qtbot.waitUntil(lambda: view.columnWidth(2) == 160)
    assert scroll.maximum() == 0


@pytest.mark.covers("T-08")
def test_a_hidden_column_makes_room_and_comes_back_as_it_was(qtbot: QtBot, theme: Theme, window_settings: QSettings) -> None:
    table = make_wide_table(qtbot, theme, window_settings, 300)
    before = [table.view.columnWidth(number) for number in range(4)]
    table.hide_columns([0, 3])
    assert table.view.columnWidth(1) == 260
    table.hide_columns([])
    assert [table.view.columnWidth(number) for number in range(4)] == before
    again = make_wide_table(qtbot, theme, window_settings, 300)
    assert [again.view.columnWidth(number) for number in range(4)] == before


def test_a_refresh_with_equal_rows_leaves_a_selected_list_that_can_be_sorted(table: Table[Fruit]) -> None:
    """Each second brings new objects; only where they differ from those before is the list drawn again."""
    table.view.selectRow(1)
    table.show_rows([Fruit(each.name, each.weight) for each in (PEAR, APPLE, CHERRY)], key=lambda row: row.name)
    table.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["Cherry", "Pear", "Apple"]
    assert table.current == APPLE
