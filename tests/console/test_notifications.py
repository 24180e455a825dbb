"""The Notifications page: what an empty list offers, the dialog, the order, and what nothing is sent without (NOT-01)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from sqlalchemy import text

from tests.console.conftest import Person, will_press
from trackit_console.console.dialogs.notification_template import NotificationTemplateDialog
from trackit_console.settings.default_notification_templates import CLOSED
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.recipients import Recipients
from trackit_console.store.row_mapping import Stored

NEWS = NotificationTemplate(name="News", subject="{keyword} {subject}", text="{note_text}")
TOLD = Notification(name="Tell Ada", recipients=Recipients(technician=True), template="News")


@pytest.fixture
def page(person: Person) -> Any:
    """The page with one notification, which is off."""
    with person.window.services.database.begin() as transaction:
        transaction.notification_templates.add(NEWS, "t")
        transaction.notifications.add(TOLD, "t")
    shown = person.page("notifications")
    person.wait(lambda: shown.current.table.shown == 1)
    return shown


def kept(person: Person) -> list[Stored[Notification]]:
    with person.window.services.database.reading() as transaction:
        return transaction.notifications.all()


def cells(page: Any, row: int = 0) -> list[str]:
    model = page.current.table.model
    return [column.text(model.rows[row]) for column in model.columns]


def tick(person: Person, box: Any) -> None:
    person.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


@pytest.mark.covers("NOT-01")
def test_an_empty_list_offers_what_comes_with_the_product(person: Person) -> None:
    page = person.page("notifications")
    person.wait(page.current.empty.isVisible)
    person.click(page.current.empty.button)
    person.wait(lambda: len(kept(person)) == len(DEFAULT_NOTIFICATIONS))
    assert not any(each.value.enabled for each in kept(person))
    with person.window.services.database.reading() as transaction:
        templates = {each.value.name for each in transaction.notification_templates.all()}
    assert {each.template for each in DEFAULT_NOTIFICATIONS} == templates
    person.wait(lambda: page.current.table.shown == len(DEFAULT_NOTIFICATIONS))
    assert cells(page)[0] == "Disabled"
    assert not page.ui.defaults_button.isVisible()


@pytest.mark.covers("NOT-01")
def test_defaults_that_were_deleted_can_be_added_again(person: Person, page: Any) -> None:
    person.click(page.ui.defaults_button)
    person.wait(lambda: page.current.table.shown == len(DEFAULT_NOTIFICATIONS) + 1)
    assert not page.ui.defaults_button.isVisible()
    assert kept(person)[0].value == TOLD


@pytest.mark.covers("NOT-01", "OUT-01")
def test_a_banner_says_that_nothing_is_sent_without_an_account(person: Person, page: Any) -> None:
    assert page.ui.banner.isVisible()
    assert "Nothing is sent until Outgoing Email is configured." in page.ui.banner.words
    person.click(page.ui.banner.button)
    assert person.window.current == "incoming"
    person.page("notifications")
    account = BasicOutgoing(
        smtp_server_name="smtp.example.com", port=587, from_address="a@example.com", smtp_requires_authentication=False
    )
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_outgoing(account, None, "t")
    person.window.watch.refresh()
    person.wait(lambda: not page.ui.banner.isVisible())


@pytest.mark.covers("NOT-01", "T-04")
def test_a_notification_is_made_in_the_dialog_and_says_what_is_missing(person: Person, page: Any) -> None:
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.wait(lambda: dialog.ui.template.count() == 2)
    person.type(dialog.ui.name, "Closed")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.template_message.isVisible)
    assert dialog.ui.template_message.text() == "This is required."
    person.choose(dialog.ui.template, "News")
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.recipients_message.isVisible)
    assert dialog.ui.recipients_message.text() == "Choose at least one recipient."
    person.choose(dialog.ui.event, "A record is closed")
    tick(person, dialog.ui.recipients.boxes["requestor"])
    tick(person, dialog.ui.modules.boxes["Assignment"])
    person.choose(dialog.ui.caused_by, "A technician")
    assert not dialog.ui.recipients_message.isVisible()
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(kept(person)) == 2)
    assert kept(person)[1].value == Notification(
        name="Closed",
        event="closed",
        modules=["Ticket", "Assignment"],
        caused_by="technician",
        recipients=Recipients(requestor=True),
        template="News",
    )
    person.wait(lambda: page.current.table.shown == 2)
    assert cells(page, 1) == ["Disabled", "Closed", "A record is closed", "Requestor", "News"]


@pytest.mark.covers("NOT-01")
def test_an_event_about_a_mailbox_has_neither_modules_nor_people_of_a_record(person: Person, page: Any) -> None:
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.choose(dialog.ui.event, "Email processing has stopped")
    assert not dialog.ui.modules.isVisible() and not dialog.ui.caused_by.isVisible()
    assert not dialog.ui.recipients.boxes["requestor"].isEnabled()
    person.choose(dialog.ui.event, "A note is added")
    assert dialog.ui.modules.isVisible() and dialog.ui.recipients.boxes["requestor"].isEnabled()
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("NOT-01")
def test_what_is_turned_on_is_told_by_its_pill_and_what_is_moved_by_its_place(person: Person, page: Any) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.notifications.add(TOLD.model_copy(update={"name": "Second"}), "t")
    person.window.watch.refresh()
    person.wait(lambda: page.current.table.shown == 2)
    page.ui.notifications.selectRow(0)
    person.click(page.ui.enable_button)
    person.wait(lambda: cells(page)[0] == "Enabled" and page.ui.enable_button.text() == "Turn off")
    person.click(page.ui.down_button)
    person.wait(lambda: [each.value.name for each in kept(person)] == ["Second", "Tell Ada"])
    person.wait(lambda: page.current.table.current is not None and page.current.table.current.value.name == "Tell Ada")
    person.wait(lambda: not page.ui.down_button.isEnabled() and page.ui.up_button.isEnabled())
    person.click(page.ui.duplicate_button)
    dialog = person.dialog()
    assert dialog.ui.name.text() == "Copy of Tell Ada" and not dialog.ui.enabled.isChecked()
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(kept(person)) == 3)


@pytest.mark.covers("NOT-01")
def test_the_template_is_edited_from_the_dialog_and_its_new_name_is_followed(person: Person, page: Any) -> None:
    page.ui.notifications.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.wait(lambda: dialog.ui.template.count() == 2)
    assert dialog.ui.edit_template_button.text() == "Edit…"
    person.click(dialog.ui.edit_template_button)
    person.wait(lambda: bool(dialog.findChildren(NotificationTemplateDialog)))
    editor: Any = dialog.findChild(NotificationTemplateDialog)
    person.type(editor.ui.name, "Headlines")
    person.click(editor.ui.save_button)
    person.wait(lambda: dialog.ui.template.currentData() == "Headlines")
    assert kept(person)[0].value.template == "Headlines"


@pytest.mark.covers("NOT-01")
def test_a_template_that_is_gone_is_told_in_the_list_and_in_the_dialog(person: Person, page: Any) -> None:
    with person.window.services.database.begin() as transaction:
        stored = transaction.notifications.all()[0]
        gone = stored.value.model_copy(update={"template": "Gone", "enabled": True})
        transaction.notifications.save(Stored(stored.id, stored.version, gone), "t")
    person.window.watch.refresh()
    person.wait(lambda: cells(page)[0] == "Template missing")
    page.ui.notifications.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.wait(lambda: dialog.ui.template.findData("News") > 0)
    assert dialog.ui.template.currentText() == "Gone"
    person.click(dialog.ui.save_button)
    person.wait(dialog.ui.template_message.isVisible)
    assert dialog.ui.template_message.text() == "There is no notification template Gone. Choose one of the list."
    person.choose(dialog.ui.template, "News")
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value.template == "News")


def turned_on_without_its_template(person: Person, page: Any) -> Any:
    """The dialog that opens because what was turned on names a template that is gone."""
    with person.window.services.database.begin() as transaction:
        stored = transaction.notifications.all()[0]
        gone = stored.value.model_copy(update={"template": "Gone"})
        transaction.notifications.save(Stored(stored.id, stored.version, gone), "t")
    person.window.watch.refresh()
    person.wait(lambda: cells(page)[0] == "Template missing")
    page.ui.notifications.selectRow(0)
    person.click(page.ui.enable_button)
    dialog = person.dialog()
    person.wait(dialog.ui.template_message.isVisible)
    return dialog


@pytest.mark.covers("NOT-01", "T-04")
def test_turning_on_what_cannot_be_saved_opens_the_dialog_and_says_why(person: Person, page: Any) -> None:
    dialog = turned_on_without_its_template(person, page)
    assert dialog.ui.template_message.text() == "There is no notification template Gone. Choose one of the list."
    person.wait(lambda: dialog.ui.template.findData("News") > 0)
    person.choose(dialog.ui.template, "News")
    person.click(dialog.ui.save_button)
    person.wait(lambda: (kept(person)[0].value.template, kept(person)[0].value.enabled) == ("News", True))


@pytest.mark.covers("T-05")
def test_after_a_refused_turning_on_cancel_asks_nothing_and_the_search_keeps_the_keyboard(person: Person, page: Any) -> None:
    dialog = turned_on_without_its_template(person, page)
    person.click(dialog.ui.cancel_button)
    person.wait(lambda: not dialog.isVisible())
    person.window.activateWindow()
    page.ui.search.setFocus()
    person.wait(page.ui.search.hasFocus)
    with person.qtbot.waitSignal(page.current.picked):
        page.current.read()
    assert page.ui.search.hasFocus()


def test_what_was_damaged_by_hand_is_listed_and_can_be_corrected(person: Person, page: Any) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.session.execute(text('UPDATE notifications SET definition = \'{"event": ["x"]}\''))
        transaction.session.execute(text("UPDATE notification_templates SET definition = 'none'"))
        transaction.notifications.add(TOLD.model_copy(update={"name": "Other"}), "t")
    person.window.watch.refresh()
    person.wait(lambda: page.current.table.shown == 2)
    assert cells(page) == ["Settings wrong", "Tell Ada", "['x']", "", ""]
    page.ui.notifications.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    assert (dialog.ui.name.text(), dialog.ui.template_message.text()) == ("Tell Ada", "This is required.")
    person.click(dialog.ui.cancel_button)
    templates = person.page("notification_templates")
    person.wait(lambda: templates.current.table.shown == 1)


@pytest.mark.covers("DB-04")
def test_who_saves_second_is_told_what_was_changed(person: Person, page: Any) -> None:
    page.ui.notifications.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, "Mine")
    with person.window.services.database.begin() as transaction:
        stored = transaction.notifications.all()[0]
        theirs = stored.value.model_copy(update={"event": "closed"})
        transaction.notifications.save(Stored(stored.id, stored.version, theirs), "grace")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "grace saved these settings" in told and "Event: A record is closed" in told
    assert dialog.ui.event.currentData() == "closed" and dialog.ui.name.text() == "Mine"
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value == theirs.model_copy(update={"name": "Mine"}))


@pytest.mark.covers("NOT-01")
def test_deleting_asks_and_leaves_the_template(person: Person, page: Any, answers: list[tuple[str, str]]) -> None:
    page.ui.notifications.selectRow(0)
    will_press("Delete")
    page.ui.notifications.setFocus()
    person.qtbot.keyClick(page.ui.notifications, Qt.Key.Key_Delete)
    person.wait(lambda: kept(person) == [])
    assert answers[0][0].startswith("Delete the notification Tell Ada?")
    person.wait(page.current.empty.isVisible)
    assert person.window.services.notification_templates.names() == ["News"]


def test_a_default_names_a_template_that_comes_with_the_product() -> None:
    assert CLOSED.name in {each.template for each in DEFAULT_NOTIFICATIONS}
