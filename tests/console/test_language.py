"""Another language while the window is open: every word follows, and nothing that was typed or selected is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.console.conftest import Person, will_press
from tests.quarantine_factory import set_aside
from trackit_console.console import sample_data
from trackit_console.console.dialogs.export_configuration import ExportConfigurationDialog
from trackit_console.console.dialogs.help import HelpDialog
from trackit_console.console.dialogs.import_configuration import ImportConfigurationDialog
from trackit_console.console.dialogs.reminders_field import ReminderDialog
from trackit_console.console.dialogs.service_level import ServiceLevelDialog
from trackit_console.console.display_text import moment
from trackit_console.console.pages.registry import PAGES
from trackit_console.console.widgets.time_zone_choice import TimeZoneChoice
from trackit_console.domain.records import RecordRef
from trackit_console.settings.providers import PROVIDERS
from trackit_console.settings.time_fields import time_zone_names
from trackit_console.store.row_mapping import Stored
from trackit_console.transports.step_names import MAILBOX_STEPS

DATA = {
    *[
        "Support",
        "facilities",
        "billing",
        "legal",
        "old-desk",
        "Email outage",
        "Carl Okafor",
        "Ada Byrne",
        "Default",
        "trackit.sqlite3",
        "support@contoso.com",
    ],
    *["EmailMonitor", "ImapMailListener"],
    *["TLSv1.3", "HELPDESK01", "✓", "✕", "●", "○", "◆"],
    *time_zone_names().values(),
    *[provider.name.replace("&", "") for provider in PROVIDERS],
}
"""What is no word of the program: names, addresses, signs."""
UNTRANSLATED_DATA = re.compile(r"[\d\W_]*|.*@.*|\+?\d+ ms|\d+ \w?B|\w+ \d+|Ticket \d+: .+")


class Pseudo(QTranslator):
    """A language in which every text stands in brackets."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"⟦{source}⟧"


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[Pseudo]:
    made = Pseudo()
    yield made
    speak(made, False)


def speak(pseudo: Pseudo, spoken: bool = True) -> None:
    """Switches the language; Qt tells the windows by posted events."""
    if spoken:
        QCoreApplication.installTranslator(pseudo)
    else:
        QCoreApplication.removeTranslator(pseudo)
    QCoreApplication.processEvents()


def words_of(root: QWidget) -> dict[str, str]:
    """Every visible text of the program below `root`, by where it stands; not the contents of lists and messages."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    found = {"window title": root.windowTitle()}
    for number, widget in enumerate(root.findChildren(QWidget)):
        if widget.isVisibleTo(root) and widget.window() is root.window():
            for at, text in enumerate(_texts(widget)):
                found[f"{number} {type(widget).__name__} {widget.objectName()} {at}"] = text.replace("&", "")
    return {place: text for place, text in found.items() if text and not _is_data(text)}


def _texts(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text()]
    if isinstance(widget, TimeZoneChoice):
        return []  # the IANA names
    if isinstance(widget, QComboBox):
        return [widget.itemText(at) for at in range(widget.count())]
    if isinstance(widget, QTabWidget):
        return [widget.tabText(at) for at in range(widget.count())]
    if isinstance(widget, QSpinBox):
        return [widget.suffix(), widget.specialValueText()]
    if isinstance(widget, QDateEdit):
        return [widget.specialValueText()]
    if isinstance(widget, QLineEdit):
        return [widget.placeholderText()] if not re.match(r"https?:|\w+\.example", widget.placeholderText()) else []
    if isinstance(widget, QTableView):
        model = widget.model()
        heading = Qt.Orientation.Horizontal
        return [str(model.headerData(at, heading)) for at in range(model.columnCount())]
    return []


def said_by_mail(person: Person, ref: RecordRef) -> set[str]:
    """What a record shows of its mail: texts, names and times are no words of the program."""
    notes = person.window.services.records.get(ref).notes
    now = person.window.services.clock.now()
    return {words for note in notes for words in (note.author, note.text, note.quoted_text, moment(note.at, now))}


def _is_data(text: str) -> bool:
    return text in DATA or UNTRANSLATED_DATA.fullmatch(text) is not None


def assert_follows(root: QWidget, pseudo: Pseudo, known: set[str]) -> None:
    """Switches the language on and off: texts are in it, but for those `known` to be data, and then as before."""
    before = words_of(root)
    speak(pseudo)
    changed = words_of(root)
    speak(pseudo, False)
    assert len(before) > 3
    left = {place: text for place, text in changed.items() if "⟦" not in text and text not in known}
    assert left == {}
    assert sorted(words_of(root).values()) == sorted(before.values())


@pytest.fixture(params=[False, True], ids=["empty", "filled"])
def filled(request: pytest.FixtureRequest) -> bool:
    """Whether the window has the data of the pictures. Stands before `person`."""
    if request.param:
        request.getfixturevalue("sample")
    return bool(request.param)


@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_a_page_follows_the_language(filled: bool, person: Person, pseudo: Pseudo, page: str) -> None:
    shown = person.page(page)
    if filled and page in ("activity", "records"):
        card = shown.ui.time_line_card if page == "activity" else shown.ui.record_card
        person.wait(lambda: card.isVisible() and shown.table.current is not None)
    person.window.watch.stop()
    person.qtbot.waitUntil(lambda: not person.window.tasks._running)
    known = set()
    if filled and page == "activity":
        known = {shown.ui.time_line_heading.text(), shown.ui.time_line_sender.text()}
    elif filled and page == "outgoing_mail":
        person.wait(lambda: bool(shown.ui.mail_heading.text()))
        known = {shown.ui.mail_heading.text()}
    elif filled and page == "quarantine":
        known = {shown.ui.message_heading.text()}
    elif filled and page == "audit":
        person.wait(lambda: shown.ui.who.count() > 1)
        people = {shown.ui.who.itemText(at) for at in range(1, shown.ui.who.count())}
        # The values of the selected change are what an admin wrote.
        known = people | {
            label.text() for label in shown.ui.fields_body.findChildren(QLabel) if label.property("role") != "caption"
        }
    elif filled and page == "records":
        levels = {each.name for each in sample_data.SERVICE_LEVELS}
        known = {shown.ui.record_heading.text(), *said_by_mail(person, shown.table.current.ref), *levels}
    assert_follows(person.window, pseudo, known)


def test_the_menu_follows_the_language(person: Person, pseudo: Pseudo) -> None:
    def entries(menu: QMenu) -> list[str]:
        return [action.text() for action in menu.actions() if action.text()]

    menus = [person.window.header.menu_button.menu(), *person.window.header.menu_button.menu().findChildren(QMenu)]
    before = [entries(menu) for menu in menus]
    speak(pseudo)
    assert all(text.startswith("⟦") for menu in menus for text in entries(menu))
    speak(pseudo, False)
    assert [entries(menu) for menu in menus] == before


@pytest.mark.parametrize("opener", ["new_button", "edit_button", "configure_button"])
def test_an_open_dialog_follows_the_language_and_keeps_what_was_typed(
    sample: None, person: Person, pseudo: Pseudo, opener: str
) -> None:
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 5)
    page.ui.mailboxes.selectRow(0)
    person.click(getattr(page.ui, opener))
    dialog = person.dialog()
    if opener == "new_button":
        person.type(dialog.ui.application_id, "no id")
        person.click(dialog.ui.save_button)
        assert dialog.ui.application_id_message.isVisible()
    else:
        person.type(dialog.ui.user_account_name, "typed@contoso.com")
        dialog.ui.steps.begin(MAILBOX_STEPS)
        for step in sample_data.REPORTS["failed"]:
            dialog.ui.steps.show_step(step)
    if opener == "edit_button":
        person.click(dialog.ui.more_button)
    state, selected = dialog.state(), page.table.current.id
    assert_follows(dialog, pseudo, set())
    assert dialog.state() == state
    assert page.table.current.id == selected
    will_press("Discard")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_dialogs_of_people_follow_the_language_and_keep_what_was_typed(
    person: Person, pseudo: Pseudo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "42.csv"
    file.write_text("name,email,Town\nCy,cy@example.com,X\nDi,no address,Y\n", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(file), ""))
    page = person.page("people")
    person.click(page.ui.import_button)
    dialog = person.dialog()
    person.wait(lambda: dialog.table.shown == 2)
    assert_follows(dialog, pseudo, set())
    person.click(dialog.ui.cancel_button)
    page.ui.tabs.setCurrentIndex(1)
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.qtbot.keyClicks(dialog.ui.mapped_addresses.new_line, "no address")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.mapped_addresses_message.isVisible)
    state = dialog.state()
    assert_follows(dialog, pseudo, set())
    assert dialog.state() == state
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.parametrize("page", ["notifications", "notification_templates", "notification_schedules"])
def test_the_dialogs_of_notifications_follow_the_language_and_keep_what_was_typed(
    person: Person, pseudo: Pseudo, page: str
) -> None:
    shown = person.page(page)
    person.click(shown.ui.new_button)
    dialog = person.dialog()
    person.wait(lambda: not person.window.tasks.running)
    if page == "notification_schedules":
        dialog.ui.digest.setCurrentIndex(2)
    person.qtbot.keyClicks(dialog.ui.name, "Mine")
    state = dialog.state()
    assert_follows(dialog, pseudo, {"Mine", *time_zone_names().values()})
    assert dialog.state() == state
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.parametrize("page", ["notifications", "notification_templates", "notification_schedules"])
def test_f1_in_the_dialogs_of_notifications_opens_the_help_of_their_page(person: Person, page: str) -> None:
    shown = person.page(page)
    person.click(shown.ui.new_button)
    dialog = person.dialog()
    person.qtbot.keyClick(dialog.ui.name, Qt.Key.Key_F1)
    person.wait(lambda: bool(dialog.findChildren(HelpDialog)))
    help_shown = dialog.findChildren(HelpDialog)[0]
    assert help_shown.reader.toPlainText().splitlines()[0] == PAGES[page].title
    help_shown.close()
    person.click(dialog.ui.cancel_button)


def test_the_dialogs_of_service_levels_follow_the_language_and_keep_what_was_typed(person: Person, pseudo: Pseudo) -> None:
    level = ServiceLevelDialog(person.window.context.window_settings, Stored(1, 1, sample_data.SERVICE_LEVELS[1]), person.window)
    reminder = ReminderDialog(person.window.context.window_settings, None, person.window)
    reminder.ui.recipients.addresses.new_line.setText("no address")
    for dialog in (level, reminder):
        dialog.show()
        dialog.validated()
        state = dialog.state()
        # Their names are data: of a level that is called like its priority, and of templates.
        assert_follows(dialog, pseudo, {"High"})
        assert dialog.state() == state
    speak(pseudo)
    assert level.ui.reminders.list.item(0).text().startswith("⟦First response⟧, ⟦when it is due⟧ · ⟦Assigned technician⟧")
    assert reminder.ui.template.currentText() == "⟦There is no notification template yet⟧"
    for dialog in (level, reminder):
        dialog.deleteLater()


def test_the_dialogs_of_the_configuration_file_follow_the_language(person: Person, pseudo: Pseudo, tmp_path: Path) -> None:
    person.page("tiles")
    exporting = ExportConfigurationDialog(person.window.context, person.window)
    exporting.show()
    exporting.ui.with_secrets.setChecked(True)
    exporting.ui.passphrase.setText("short")
    assert_follows(exporting, pseudo, set())
    assert exporting.ui.passphrase.text() == "short"
    exporting.reject()
    file = tmp_path / "configuration.yaml"
    file.write_text(sample_data.CONFIGURATION, encoding="utf-8")
    importing = ImportConfigurationDialog(person.window.context, file, person.window)
    importing.show()
    person.wait(lambda: not importing.running)
    assert_follows(importing, pseudo, set())
    speak(pseudo)
    part = importing.ui.changes.topLevelItem(0)
    assert part is not None and part.text(0) == "⟦Incoming Emails⟧" and "⟦Added⟧".casefold() in part.text(2)
    speak(pseudo, False)
    importing.reject()


def test_the_dialogs_of_reports_follow_the_language(sample: None, person: Person, pseudo: Pseudo) -> None:
    page = person.page("reports")
    person.wait(lambda: page.current.table.shown == 3)
    page.ui.reports.selectRow(1)
    person.wait(lambda: bool(page.ui.trouble.text()))
    speak(pseudo)
    assert page.ui.trouble.text().startswith("⟦")
    speak(pseudo, False)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    state = dialog.state()
    assert_follows(dialog, pseudo, set())
    assert dialog.state() == state
    dialog.reject()
    person.click(page.ui.preview_button)
    dialog = person.dialog()
    speak(pseudo)
    assert dialog.windowTitle() == "⟦Preview of {name}⟧".format(name="Open tickets")
    assert [dialog.tabs.tabText(at) for at in range(3)] == ["⟦Formatted⟧", "⟦Text⟧", "⟦CSV⟧"]
    speak(pseudo, False)
    dialog.reject()


def test_selection_search_and_edits_of_a_page_stay(sample: None, person: Person, pseudo: Pseudo) -> None:
    incoming = person.page("incoming")
    person.wait(lambda: incoming.table.shown == 5)
    incoming.ui.mailboxes.selectRow(1)
    chosen = incoming.table.current.id
    person.type(incoming.ui.search, "a")
    monitor = person.page("monitor")
    person.type(monitor.ui.poll_interval, "7")
    monitor.ui.post_action.setCurrentIndex(1)
    speak(pseudo)
    assert monitor.ui.poll_interval.value() == 7
    assert monitor.ui.post_action.count() == 3
    assert monitor.ui.post_action.currentText() == "⟦Delete it⟧"
    assert incoming.ui.search.text() == "a"
    assert incoming.table.current.id == chosen
    monitor.discard()


def test_a_message_in_quarantine_and_its_dialog_follow_the_language(person: Person, pseudo: Pseudo) -> None:
    aside = set_aside(person.window.services.database)
    page = person.page("activity")
    page.ui.period.setCurrentIndex(3)
    page.search()
    person.wait(lambda: page.table.select(lambda row: row.delivery_id == aside.headers_only))
    person.wait(page.ui.retry_button.isVisible)
    person.window.watch.stop()
    person.wait(lambda: not person.window.tasks._running)
    assert_follows(person.window, pseudo, {page.ui.time_line_heading.text(), page.ui.time_line_sender.text()})
    speak(pseudo)
    assert page.ui.route_button.toolTip().startswith("⟦")
    speak(pseudo, False)
    page.table.select(lambda row: row.delivery_id == aside.whole)
    person.click(page.ui.route_button)
    dialog = person.dialog()
    person.type(dialog.ui.record, "1")
    person.wait(dialog.ui.add_button.isEnabled)
    assert_follows(dialog, pseudo, {"Printer on floor 2"})
    assert dialog.ui.record.text() == "1"
    dialog.reject()


def test_help_and_message_follow_the_language(person: Person, pseudo: Pseudo, qtbot: QtBot) -> None:
    from trackit_console.console.dialogs.help import HelpDialog
    from trackit_console.console.dialogs.message import MessageDialog

    dialogs: list[Any] = [HelpDialog("tiles", person.window), MessageDialog("", "text", "source", person.window)]
    for dialog in dialogs:
        assert isinstance(dialog, QDialog)
        dialog.show()
    speak(pseudo)
    assert dialogs[0].windowTitle() == "⟦Help⟧"
    assert dialogs[1].windowTitle() == "⟦(no subject)⟧"
    assert dialogs[1].findChild(QTabWidget).tabText(0) == "⟦Text⟧"
    for dialog in dialogs:
        dialog.reject()
        dialog.deleteLater()
