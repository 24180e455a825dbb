"""**Auto-discover Exchange Web Service** in the mailbox dialog (IN-08)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trackit_console.cancel import Cancel
from trackit_console.console.dialogs import url_discovery
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.operations.discovery import Discovered, Wanted
from trackit_console.console.tasks import Tasks
from trackit_console.transports.autodiscover import DiscoveryStep
from trackit_console.transports.autodiscover_places import Kind
from trackit_console.transports.steps import StepState
from trackit_console.user_messages import Phrase

URL = "https://mail.contoso.example/EWS/Exchange.asmx"
PLACE = "https://contoso.example/autodiscover/autodiscover.xml"
Open = Callable[..., MailboxDialog]


class ScriptedSearch:
    """Answers each search with the next of `results`; `hold` keeps it waiting."""

    def __init__(self, *results: Discovered) -> None:
        self.results = list(results)
        self.wanted: list[Wanted] = []
        self.hold: threading.Event | None = None

    def __call__(self, wanted: Wanted, cancel: Cancel) -> Generator[DiscoveryStep, None, Discovered]:
        self.wanted.append(wanted)
        yield DiscoveryStep(Kind.POX, PLACE, StepState.RUNNING)
        if self.hold:
            cancel.on_cancel(self.hold.set)
            assert self.hold.wait(10)
        return self.results.pop(0)


@pytest.fixture
def open_dialog(qtbot: QtBot, qapp: QApplication, window_settings: QSettings, answers: object) -> Iterator[Open]:
    tasks = Tasks()

    def open_one(search: ScriptedSearch, kind: str = "ews_basic", address: str = "help@contoso.example") -> MailboxDialog:
        dialog = MailboxDialog(tasks, window_settings, lambda made, cancel: iter(()), discover=search)
        qtbot.addWidget(dialog, before_close_func=lambda _dialog: dialog.opened())
        dialog.show()
        dialog.ui.type.setCurrentIndex(dialog.ui.type.findData(kind))
        if address:
            qtbot.keyClicks(dialog.ui.user_account_name, address)
        return dialog

    yield open_one
    tasks.end(3000)


def press(dialog: MailboxDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.ui.discover_button, Qt.MouseButton.LeftButton)


@pytest.mark.covers("IN-08")
@pytest.mark.parametrize("kind", ["ews_oauth", "ews_basic"])
def test_it_fills_in_the_url(open_dialog: Open, qtbot: QtBot, kind: str) -> None:
    search = ScriptedSearch(Discovered(URL, []))
    dialog = open_dialog(search, kind)
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.ui.exchange_web_service_url.text() == URL)
    assert search.wanted[0].address == "help@contoso.example"
    assert dialog.ui.discover_text.isVisible()


@pytest.mark.covers("IN-08")
def test_other_types_do_not_offer_it(open_dialog: Open) -> None:
    assert not open_dialog(ScriptedSearch(), "imap").ui.discover_button.isVisible()


@pytest.mark.covers("IN-08")
def test_what_was_typed_stays_and_what_was_tried_is_told_when_nothing_is_found(open_dialog: Open, qtbot: QtBot) -> None:
    tried = [DiscoveryStep(Kind.POX, PLACE, StepState.FAILED, 0.1, Phrase("transports", "No SRV records."))]
    dialog = open_dialog(ScriptedSearch(Discovered(None, tried)))
    qtbot.keyClicks(dialog.ui.exchange_web_service_url, "https://half")
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: "could not be discovered" in dialog.ui.discover_text.text())
    assert dialog.ui.exchange_web_service_url.text() == "https://half"
    assert f"{PLACE}: No SRV records." in dialog.ui.discover_text.text()


@pytest.mark.covers("IN-08")
def test_an_address_is_needed_first(open_dialog: Open, qtbot: QtBot) -> None:
    search = ScriptedSearch()
    dialog = open_dialog(search, address="help")
    press(dialog, qtbot)
    assert "User Account Name first" in dialog.ui.discover_text.text() and not search.wanted


@pytest.mark.covers("IN-08", "SEC-01")
@pytest.mark.parametrize("agrees", [True, False])
def test_a_person_is_asked_before_a_foreign_host_gets_the_password(
    open_dialog: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    asked: list[str] = []

    def answer(_parent: Any, _title: str, words: str, _buttons: Any) -> int:
        asked.append(words)
        return 0 if agrees else 1

    monkeypatch.setattr(url_discovery, "ask", answer)
    search = ScriptedSearch(Discovered(None, [], ["hosting.example"]), Discovered(URL, []))
    dialog = open_dialog(search)
    qtbot.keyClicks(dialog.ui.password, "secret")
    press(dialog, qtbot)
    if agrees:
        qtbot.waitUntil(lambda: dialog.ui.exchange_web_service_url.text() == URL)
        assert [each.hosts for each in search.wanted] == [frozenset(), frozenset({"hosting.example"})]
    else:
        qtbot.waitUntil(lambda: "could not be discovered" in dialog.ui.discover_text.text())
        assert len(search.wanted) == 1
    assert "hosting.example" in asked[0] and "secret" not in asked[0]


@pytest.mark.covers("IN-08")
def test_it_can_be_stopped(open_dialog: Open, qtbot: QtBot) -> None:
    search = ScriptedSearch(Discovered(URL, []))
    search.hold = threading.Event()
    dialog = open_dialog(search)
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: PLACE in dialog.ui.discover_text.text())
    assert dialog.ui.discover_button.text() == "Stop discovering"
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.ui.discover_button.text() == "Auto-discover")
    assert dialog.ui.exchange_web_service_url.text() == ""
