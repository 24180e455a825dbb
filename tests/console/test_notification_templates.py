"""The Notification Templates page: tokens, the preview, and templates that are in use (NOT-01)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QApplication

from tests.console.conftest import Person, will_press
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.store.row_mapping import Stored

NEWS = NotificationTemplate(name="News", subject="{keyword} {subject}", text="Hello {requestor_name},\n\n{note_text}")


@pytest.fixture
def page(person: Person) -> Any:
    """The page with one template, which a notification uses."""
    with person.window.services.database.begin() as transaction:
        transaction.notification_templates.add(NEWS, "t")
        transaction.notifications.add(Notification(name="Tell Ada", recipients=Recipients(technician=True), template="news"), "t")
    shown = person.page("notification_templates")
    person.wait(lambda: shown.current.table.shown == 1)
    return shown


@pytest.fixture
def dialog(person: Person, page: Any) -> Any:
    """The dialog for that template, with the preview of sample values."""
    page.ui.notification_templates.selectRow(0)
    person.click(page.ui.edit_button)
    opened = person.dialog()
    person.wait(lambda: bool(opened.ui.preview_subject.text()))
    return opened


def kept(person: Person) -> list[Stored[NotificationTemplate]]:
    with person.window.services.database.reading() as transaction:
        return transaction.notification_templates.all()


def retype(person: Person, editor: Any, words: str) -> None:
    editor.setFocus()
    editor.selectAll()
    person.qtbot.keyClicks(editor, words)


def choose_token(dialog: Any, name: str) -> None:
    """Opens the menu of the button, as a click would, and chooses a token."""
    menu = dialog.ui.token_button.menu()
    menu.aboutToShow.emit()
    found = [action for part in menu.actions() for action in part.menu().actions() if action.objectName() == name]
    assert found[0].isEnabled()
    found[0].trigger()


@pytest.mark.covers("NOT-01")
def test_the_list_says_who_uses_a_template(page: Any) -> None:
    row = page.current.table.model.rows[0]
    assert [column.text(row) for column in page.current.table.model.columns] == ["News", "{keyword} {subject}", "Tell Ada"]


@pytest.mark.covers("NOT-01")
def test_a_template_in_use_is_not_deleted_and_its_users_are_named(
    person: Person, page: Any, answers: list[tuple[str, str]]
) -> None:
    page.ui.notification_templates.selectRow(0)
    will_press("Close")
    person.click(page.ui.delete_button)
    person.wait(lambda: bool(answers))
    assert "Tell Ada" in answers[0][0]
    assert len(kept(person)) == 1


@pytest.mark.covers("NOT-01")
def test_the_templates_of_the_product_are_added_to_an_empty_list(person: Person) -> None:
    page = person.page("notification_templates")
    person.wait(page.current.empty.isVisible)
    person.click(page.current.empty.button)
    person.wait(lambda: [each.value for each in kept(person)] == list(DEFAULT_NOTIFICATION_TEMPLATES))


@pytest.mark.covers("NOT-01", "NOT-03")
def test_a_wrong_token_is_underlined_and_refused_with_its_place(person: Person, dialog: Any) -> None:
    retype(person, dialog.ui.text, "Hello")
    person.qtbot.keyClick(dialog.ui.text, Qt.Key.Key_Return)
    person.qtbot.keyClicks(dialog.ui.text, "this is {sbject} {subject}")
    assert dialog.ui.text.wrong == ["{sbject}"]
    formats = dialog.ui.text.document().findBlockByNumber(1).layout().formats()
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    waved = [(each.start, each.length) for each in formats if QTextCharFormat(each.format).underlineStyle() is wave]
    assert waved == [(8, 8)]
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.text_message.isVisible)
    assert dialog.ui.text_message.text() == "Line 2, column 9: there is no token {sbject}. Did you mean {subject}?"
    assert dialog.ui.text.property("wrong")
    assert len(kept(person)) == 1 and kept(person)[0].value == NEWS
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("NOT-03")
def test_blank_lines_at_the_beginning_do_not_move_the_place_of_a_mistake(person: Person, dialog: Any) -> None:
    dialog.ui.text.setPlainText("\n\n{nothing at all}")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.text_message.isVisible)
    assert dialog.ui.text_message.text().startswith("Line 3, column 1:")
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("NOT-01")
def test_a_wrong_token_in_the_html_opens_its_tab(person: Person, dialog: Any) -> None:
    dialog.ui.html.setPlainText("<p>{nope}</p>")
    assert dialog.ui.tabs.currentIndex() == 0
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.html_message.isVisible)
    assert dialog.ui.tabs.currentWidget() is dialog.ui.html_tab and dialog.ui.html.hasFocus()
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("NOT-01")
def test_tokens_are_inserted_where_the_cursor_is(person: Person, dialog: Any) -> None:
    retype(person, dialog.ui.text, "From ")
    choose_token(dialog, "note_author")
    assert dialog.ui.text.toPlainText() == "From {note_author}"
    person.type(dialog.ui.subject, "Due: ")
    dialog.ui.subject.setFocus()
    dialog.ui.subject.end(False)
    menu = dialog.ui.token_button.menu()
    menu.aboutToShow.emit()
    offered = {action.objectName(): action for part in menu.actions() for action in part.menu().actions()}
    assert [part.text() for part in menu.actions()] == ["Every notification", "Records", "Notes on records", "Email processing"]
    assert not offered["note_text"].isEnabled()
    assert offered["subject"].text() == "Subject\tPrinter on the second floor is offline"
    choose_token(dialog, "due")
    assert dialog.ui.subject.text() == "Due: {due}"
    person.wait(lambda: dialog.ui.preview_subject.text() == "Due: 2026-11-27 17:00 (Europe/Berlin)")
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value.subject == "Due: {due}")


@pytest.mark.covers("NOT-01")
def test_the_preview_follows_what_is_typed_and_the_record_that_is_chosen(sample: None, person: Person) -> None:
    page = person.page("notification_templates")
    person.click(page.ui.new_button)
    dialog = person.dialog()
    retype(person, dialog.ui.text, "{requestor_name}: {subject}")
    person.wait(lambda: dialog.ui.preview_text.toPlainText() == "Bo Lindqvist: Printer on the second floor is offline")
    person.wait(lambda: dialog.ui.preview_record.count() > 2)
    choice = dialog.ui.preview_record
    choice.setFocus()
    choice.lineEdit().selectAll()
    person.qtbot.keyClicks(choice, "1")
    person.wait(lambda: dialog.ui.preview_text.toPlainText() == "Anna Berg: Printer on floor 2")
    choice.lineEdit().selectAll()
    person.qtbot.keyClicks(choice, "999")
    person.wait(dialog.ui.preview_message.isVisible)
    assert dialog.ui.preview_message.text().startswith("There is no record “999”.")
    choice.setCurrentIndex(1)
    assert choice.record is not None
    person.wait(lambda: not dialog.ui.preview_message.isVisible())
    dialog.ui.tabs.setCurrentIndex(1)
    retype(person, dialog.ui.html, "<b>{record_id}</b>")
    person.wait(lambda: dialog.ui.preview_html.toPlainText().strip() == str(choice.record.id))
    assert dialog.ui.preview_html.isVisible()
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("NOT-01")
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_tokens_are_chosen_by_the_keyboard(person: Person, dialog: Any) -> None:
    retype(person, dialog.ui.text, "By ")
    person.qtbot.keyClick(dialog.ui.text, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    menu = dialog.ui.token_button.menu()
    person.wait(menu.isVisible)
    person.qtbot.keyClick(menu, Qt.Key.Key_Down)
    person.qtbot.keyClick(menu, Qt.Key.Key_Right)
    part = menu.actions()[0].menu()
    person.wait(part.isVisible)
    person.qtbot.keyClick(part, Qt.Key.Key_Return)
    person.wait(lambda: dialog.ui.text.toPlainText() == "By {event}")
    will_press("Discard")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_enter_in_the_choice_of_the_record_does_not_save(person: Person, dialog: Any) -> None:
    dialog.ui.preview_record.setFocus()
    dialog.ui.preview_record.lineEdit().selectAll()
    person.qtbot.keyClicks(dialog.ui.preview_record, "999")
    person.qtbot.keyClick(dialog.ui.preview_record, Qt.Key.Key_Return)
    person.wait(dialog.ui.preview_message.isVisible)
    assert dialog.isVisible() and kept(person)[0].version == 1
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("SEC-03")
def test_private_notes_are_not_previewed(sample: None, person: Person) -> None:
    ref = person.window.services.records.find("1").ref  # type: ignore[union-attr]
    made = NEWS.model_copy(update={"text": "{history}"})
    rendered = person.window.services.notification_previews.preview(made, ref)
    assert rendered is not None
    assert "It prints stripes" in rendered.text and "The drum is worn" not in rendered.text


@pytest.mark.covers("A11Y-01")
def test_the_colours_of_tokens_follow_the_theme(person: Person, dialog: Any) -> None:
    def colour() -> str:
        formats = dialog.ui.text.document().firstBlock().layout().formats()
        return str(formats[0].format.foreground().color().name())

    light = colour()
    person.window.theme.choose("dark")
    QApplication.sendPostedEvents(None, QEvent.Type.PaletteChange.value)
    person.wait(lambda: colour() != light)
    person.window.theme.choose("light")
