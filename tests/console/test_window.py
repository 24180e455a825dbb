"""The window: where the keyboard leads, what is remembered, and that nothing in it takes a message for HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QResource, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMenu, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from tests.console.conftest import PATIENCE_MS, Person, will_press
from trackit_console.console.app import make_window
from trackit_console.console.dialogs.help import open_help
from trackit_console.console.models.column import Column
from trackit_console.console.models.table_model import TableModel
from trackit_console.console.pages.page import Page
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.widgets.banner import Banner
from trackit_console.paths import DataDir

HOSTILE = '<img src="//files.example/picture">'


@pytest.mark.covers("T-01")
def test_every_page_is_reached_by_the_keyboard(person: Person) -> None:
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    with_keys = list(PAGES)[:9]
    for number, name in enumerate(with_keys, 1):
        person.qtbot.keyClick(person.window, Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.ControlModifier)
        assert person.window.current == name
    person.qtbot.keyClick(person.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert person.window.current == with_keys[-2]


@pytest.mark.covers("T-01")
def test_the_menu_leads_to_the_tiles_and_the_breadcrumb_back(person: Person) -> None:
    person.page("filters")
    crumbs = next(each for each in person.window.findChildren(QLabel) if each.textFormat() is Qt.TextFormat.RichText)
    assert "Email Filters" in crumbs.text()
    crumbs.linkActivated.emit("tiles")
    assert person.window.current == "tiles"
    assert "Configuration › Application Settings › Email Configurations" in crumbs.text()
    menu = person.window.header.menu_button.menu()
    days = ["Activity", "Records", "Quarantine", "Outgoing Mail"]
    assert _entries(menu) == ["Configuration", *days, "Database Connection…", "Recovery Key…", "Theme", "Help", "About", "Exit"]


@pytest.mark.covers("T-01")
def test_the_settings_are_grouped_in_the_menu(person: Person) -> None:
    menu = person.window.header.menu_button.menu()
    menus = {each.title().replace("&", ""): each for each in menu.findChildren(QMenu)}
    assert _entries(menus["Configuration"]) == ["Application Settings", "Export Configuration…", "Import Configuration…"]
    assert _entries(menus["Application Settings"]) == ["Email Configurations", *_GROUPS, "Email Monitor Settings"]
    for group, pages in _GROUPS.items():
        assert _entries(menus[group]) == pages
    settings = {page.title for page in PAGES.values() if page.parent}
    assert settings == {"Email Monitor Settings", *(page for pages in _GROUPS.values() for page in pages)}


_GROUPS = {
    "Incoming": ["Incoming and Outgoing Emails", "Email Filters", "Email Commands", "Restricted File Types", "Loop Protection"],
    "Sending": [
        "Notifications",
        "Notification Templates",
        "Notification Schedules",
        "Business Rules",
        "Service Levels",
        "Business Hours",
        "Reports",
    ],
    "People and Records": ["People", "Ticket Templates"],
    "Database and Logs": ["Audit", "Backups", "Data Retention", "Logs"],
}


def _entries(menu: QMenu) -> list[str]:
    return [action.text().replace("&", "") for action in menu.actions() if action.text() and action.isVisible()]


@pytest.mark.covers("T-01")
def test_the_tiles_page_leads_to_every_page_also_by_the_keyboard(person: Person) -> None:
    page = person.page("tiles")
    links = {name: link for group in page.groups for name, link in group.links.items()}
    assert set(links) | set(page.tiles) | {"tiles"} == set(PAGES)
    for name, link in links.items():
        person.window.open_page("tiles")
        link.setFocus()
        assert link.hasFocus() and link.accessibleDescription()
        person.qtbot.keyClick(link, Qt.Key.Key_Space)
        assert person.window.current == name


@pytest.mark.covers("T-08")
def test_page_size_and_theme_are_there_again_next_time(
    person: Person, data_dir: DataDir, qapp: QApplication, window_settings: QSettings
) -> None:
    person.page("records")
    person.window.resize(799, 707)  # the offscreen screen has 800 by 800
    person.window._choose_theme("dark")
    person.window.close()
    again = make_window(data_dir, data_dir.database_url, qapp)
    assert again.current == "records"
    assert (again.width(), again.height()) == (799, 707)
    assert again.theme.choice == "dark"
    again.theme.choose("light")
    again.close()


@pytest.mark.covers("T-06", "T-08")
def test_pages_are_made_when_they_are_first_shown(person: Person) -> None:
    assert list(person.window.pages) == ["tiles"]
    person.page("filters")
    assert list(person.window.pages) == ["tiles", "filters"]


@pytest.mark.covers("T-04", "T-05")
def test_edits_on_a_page_are_not_lost_without_a_question(person: Person) -> None:
    monitor = person.page("monitor")
    person.type(monitor.ui.poll_interval, "7")
    will_press("Keep editing")
    person.window.open_page("tiles")
    assert person.window.current == "monitor"
    assert monitor.ui.poll_interval.value() == 7
    will_press("Discard")
    person.window.open_page("tiles")
    assert person.window.current == "tiles"


@pytest.mark.covers("SEC-03")
def test_labels_that_are_filled_from_data_take_it_literally(person: Person) -> None:
    for name in PAGES:
        person.page(name)
    guessing = [
        each.objectName() or each.text()
        for each in person.window.findChildren(QLabel)
        if each.textFormat() is Qt.TextFormat.AutoText and each.objectName() and each.text() == ""
    ]
    assert guessing == []


def test_the_keys_of_a_list_act_in_the_list_alone(person: Person) -> None:
    for name in PAGES:
        person.page(name)
    keys = [each for each in person.window.findChildren(QShortcut) if isinstance(each.parent(), QAbstractItemView)]
    assert len(keys) > 10
    elsewhere = [each.key().toString() for each in keys if each.context() is not Qt.ShortcutContext.WidgetShortcut]
    assert elsewhere == []


@pytest.mark.covers("T-08")
def test_a_splitter_stands_where_it_was_left(person: Person) -> None:
    def page_with_splitter() -> tuple[Page, QSplitter]:
        page = Page(person.window.context)
        person.qtbot.addWidget(page)
        splitter = QSplitter(page)
        splitter.setObjectName("splitter")
        for _ in range(2):
            splitter.addWidget(QWidget())
        splitter.resize(616, 200)
        page.remember(splitter, [300, 300])
        page.resize(700, 300)
        page.show()
        return page, splitter

    page, splitter = page_with_splitter()
    handle, before = splitter.handle(1), splitter.sizes()
    person.qtbot.mousePress(handle, Qt.MouseButton.LeftButton)
    person.qtbot.mouseMove(handle, handle.rect().center() - QPoint(60, 0))
    person.qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    left = splitter.sizes()
    assert left != before == [300, 300]
    again, restored = page_with_splitter()
    assert restored.sizes() == left
    assert page is not again


@pytest.mark.covers("T-05")
@pytest.mark.parametrize("page", PAGES)
def test_f1_opens_the_help_of_the_page(person: Person, page: str) -> None:
    person.page(page)
    person.qtbot.keyClick(person.window, Qt.Key.Key_F1)
    reader = person.dialog().reader
    assert reader.toPlainText().splitlines()[0] == PAGES[page].title
    person.dialog().close()


def test_every_help_page_is_compiled_in() -> None:
    resources = Path(__file__).parents[2] / "resources"
    written = {each.relative_to(resources).as_posix() for each in resources.glob("help/**/*.md")}
    listed = re.findall(r"<file[^>]*>([^<]+)</file>", (resources / "help.qrc").read_text("utf-8"))
    assert written == set(listed)


def test_every_link_in_the_help_leads_somewhere(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    reader = open_help(parent, "tiles").reader
    waiting, seen = [reader.source()], set()
    while waiting:
        page = waiting.pop()
        seen.add(page.fileName())
        reader.setSource(page)
        assert reader.toPlainText(), page
        links = re.findall(r"\]\(([\w-]+\.md)\)", bytes(QResource(f":{page.path()}").uncompressedData().data()).decode())
        waiting += [page.resolved(QUrl(link)) for link in links if link not in seen]
    assert {"incoming-mailbox.md", "outgoing-email.md", "records.md"} <= seen


@pytest.mark.covers("SEC-03")
def test_the_tool_tip_of_a_row_takes_its_subject_literally(qapp: QApplication) -> None:
    model: TableModel[str] = TableModel([Column("Subject", lambda row: row)], qapp)
    model.show_rows([HOSTILE])
    shown = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in shown
    assert "&lt;img" in shown


@pytest.mark.covers("DB-05")
def test_no_page_tells_what_it_cannot_know_and_all_come_back_with_the_database(
    data_dir: DataDir, qtbot: QtBot, qapp: QApplication, answers: list[tuple[str, str]]
) -> None:
    data_dir.database.write_bytes(b"this is no database" * 1000)
    window = make_window(data_dir, data_dir.database_url, qapp)
    window.show()
    window.begin()
    banner = window.findChild(Banner)
    assert isinstance(banner, Banner)
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE_MS)
    for name in PAGES:
        window.open_page(name)
        assert window.pages[name].isVisible() == (name == "tiles")
    window.open_page("filters")
    data_dir.database.unlink()
    qtbot.waitUntil(window.pages["filters"].isVisible, timeout=PATIENCE_MS)
    assert not banner.isVisible()
    assert answers == []
    window.close()


@pytest.mark.covers("RUN-01", "RUN-06")
def test_closing_the_console_that_runs_the_monitor_asks_first(person: Person, answers: list[tuple[str, str]]) -> None:
    person.click(person.page("monitor").ui.start_button)
    monitor = person.page("monitor")
    person.wait(lambda: monitor.ui.state_pill.text().startswith("Running on"))
    will_press("Keep open")
    person.window.close()
    assert person.window.isVisible()
    assert "unless another console is open: then that one takes over." in answers[0][0]
    will_press("Close this console")
    person.window.close()
    assert not person.window.isVisible()


@pytest.mark.covers("RUN-06")
def test_what_still_asks_while_a_window_closes_leaves_its_database_closed(person: Person) -> None:
    page = person.page("audit")
    person.wait(lambda: not person.window.tasks.running)
    QTimer.singleShot(0, page.refresh)  # as a list that was just scrolled
    person.window.close()
    person.window.tasks.end(PATIENCE_MS)
    assert person.window.services.connection.open_name == ""


@pytest.mark.covers("RUN-06", "T-05")
def test_a_window_that_is_kept_open_after_all_keeps_its_edits(person: Person) -> None:
    page = person.page("monitor")
    person.click(page.ui.start_button)
    person.wait(lambda: page.ui.state_pill.text().startswith("Running on"))
    person.type(page.ui.poll_interval, "7")
    will_press("Discard", "Keep open")
    person.window.close()
    assert person.window.isVisible()
    assert (page.ui.poll_interval.value(), page.unsaved) == (7, True)
    will_press("Discard", "Close this console")
    person.window.close()
    assert not person.window.isVisible()


@pytest.mark.covers("T-01")
def test_exit_has_a_key_on_every_platform(person: Person) -> None:
    menu = person.window.header.menu_button.menu()
    [leave] = [action for action in menu.actions() if action.text().replace("&", "") == "Exit"]
    assert leave.shortcut().toString() == "Ctrl+Q"


def test_the_search_of_the_activity_offers_a_renamed_mailbox(sample: None, person: Person) -> None:
    page = person.page("activity")
    combo = page.ui.mailbox
    person.wait(lambda: combo.findText("facilities") > 0)
    combo.setCurrentIndex(combo.findText("facilities"))
    with person.window.services.database.begin() as transaction:
        [stored] = [each for each in transaction.mailboxes.all() if each.value.name == "facilities"]
        renamed = stored.value.model_copy(update={"name": "buildings"})
        transaction.mailboxes.save(replace(stored, value=renamed), "ada")
    person.wait(lambda: combo.currentText() == "buildings")
    assert combo.currentData() == stored.id
