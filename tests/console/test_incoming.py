"""The list of mailboxes: sorted, searched, and worked with by mouse and keyboard (IN-14, IN-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QMenu

from tests.console.conftest import Person, will_press
from trackit_console.console.pages.incoming import IncomingPage
from trackit_console.domain.polling import VisitEnd
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.tables import MailboxStateRow

pytestmark = pytest.mark.covers("IN-15")

UNREAD = {"alpha": 10, "beta": 3, "gamma": None}
"""In another order as numbers than as text."""


@pytest.fixture
def page(person: Person) -> Any:
    """The page with three mailboxes; alpha was visited yesterday, beta today, gamma never."""
    database, now = person.window.services.database, person.window.services.clock.now()
    with database.begin() as transaction:
        for name in UNREAD:
            transaction.mailboxes.add(Imap(name=name, server=f"{name}.example.com", port=993, user_account_name="a"), "setup")
        # In the same transaction: the window must not see the mailboxes without their visits.
        for stored in transaction.mailboxes.all()[:2]:
            lease = transaction.mailbox_leases.begin_visit(stored.id, "setup", regardless=True)
            assert lease is not None
            transaction.mailbox_states.end_visit(
                lease, VisitEnd(None, True, UNREAD[stored.value.title]), lambda _: timedelta(minutes=5)
            )
        alpha = transaction.session.get(MailboxStateRow, transaction.mailboxes.all()[0].id)
        assert alpha is not None
        alpha.last_poll_at = now - timedelta(days=1, hours=1)
    shown = person.page("incoming")
    person.wait(lambda: shown.table.shown == 3)
    return shown


def names(page: Any) -> list[str]:
    return [each.value.title for each in page.table.model.rows]


def click_heading(person: Person, page: Any, heading: str) -> None:
    QApplication.processEvents()  # what was just shown is laid out: else the heading moves away between press and release
    header = page.ui.mailboxes.horizontalHeader()
    column = next(at for at, each in enumerate(page.table.model.columns) if each.heading == heading)
    at = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
    person.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def row_at(page: Any, number: int) -> QPoint:
    return QPoint(page.ui.mailboxes.visualRect(page.table.model.index(number, 0)).center())


def opened_again(person: Person) -> IncomingPage:
    """The page as the next start of the console makes it."""
    snapshot = person.window.watch.snapshot
    assert snapshot is not None
    again = IncomingPage(person.window.context)
    person.qtbot.addWidget(again)
    again.show_snapshot(snapshot)
    return again


@pytest.mark.covers("IN-14")
@pytest.mark.parametrize(
    ("heading", "expected"), [("Unread", ["gamma", "beta", "alpha"]), ("Last check", ["gamma", "alpha", "beta"])]
)
def test_numbers_and_times_are_sorted_as_such(person: Person, page: Any, heading: str, expected: list[str]) -> None:
    click_heading(person, page, heading)
    ascending = names(page)
    click_heading(person, page, heading)
    assert sorted([ascending, names(page)]) == sorted([expected, expected[::-1]])


@pytest.mark.covers("T-08")
def test_the_sorting_is_remembered(person: Person, page: Any) -> None:
    page.ui.mailboxes.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert names(page) == ["gamma", "beta", "alpha"]
    again = opened_again(person)
    assert names(again) == ["gamma", "beta", "alpha"]


@pytest.mark.covers("T-08")
@pytest.mark.parametrize("kept", ["99 AscendingOrder", "x", "-1 AscendingOrder", ""])
def test_a_sorting_that_does_not_fit_is_left_out(person: Person, page: Any, kept: str) -> None:
    settings: QSettings = person.window.context.window_settings
    settings.setValue("IncomingPage/mailboxes/sorting", kept)
    again = opened_again(person)
    assert names(again) == ["alpha", "beta", "gamma"]


def test_a_search_finds_in_every_column(person: Person, page: Any) -> None:
    person.type(page.ui.search, "BET")
    assert names(page) == ["beta"]
    person.type(page.ui.search, "not checked")
    assert names(page) == ["gamma"]


def test_ctrl_n_adds_and_a_double_click_edits(person: Person, page: Any) -> None:
    person.qtbot.keyClick(page.ui.mailboxes, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = person.dialog()
    assert dialog.windowTitle() == "Add Incoming Mailbox"
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    person.qtbot.mouseClick(page.ui.mailboxes.viewport(), Qt.MouseButton.LeftButton, pos=row_at(page, 1))
    person.qtbot.mouseDClick(page.ui.mailboxes.viewport(), Qt.MouseButton.LeftButton, pos=row_at(page, 1))
    dialog = person.dialog()
    assert (dialog.windowTitle(), dialog.ui.server.text()) == ("Edit Incoming Mailbox", "beta.example.com")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.covers("IN-12")
def test_del_asks_and_deletes_the_selected_mailbox(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    page.ui.mailboxes.setFocus()
    page.ui.mailboxes.selectRow(0)
    will_press("Cancel", "Delete")
    person.qtbot.keyClick(page.ui.mailboxes, Qt.Key.Key_Delete)
    assert names(page) == ["alpha", "beta", "gamma"]
    person.qtbot.keyClick(page.ui.mailboxes, Qt.Key.Key_Delete)
    person.wait(lambda: names(page) == ["beta", "gamma"])
    assert "Delete the mailbox alpha?" in answers[0][0]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_context_menu_offers_what_the_buttons_do(person: Person, page: Any) -> None:
    page.ui.mailboxes.selectRow(1)
    page.ui.mailboxes.customContextMenuRequested.emit(row_at(page, 1))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    offered = {each.text().replace("&", ""): each for each in menu.actions()}
    assert list(offered) == ["Edit", "Delete", "Poll Now"]
    assert not offered["Poll Now"].isEnabled()
    offered["Edit"].trigger()
    menu.close()
    dialog = person.dialog()
    assert dialog.ui.server.text() == "beta.example.com"
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
