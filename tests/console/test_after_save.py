"""What was saved is selected in its list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from tests.console.conftest import Person
from tests.console.test_conflicts import MAILBOX


@pytest.fixture
def two_mailboxes(person: Person) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(MAILBOX, "setup")
        transaction.mailboxes.add(
            MAILBOX.model_copy(update={"name": "Billing", "user_account_name": "billing@contoso.example"}), "setup"
        )


@pytest.mark.covers("IN-12")
def test_a_new_mailbox_is_selected_also_when_a_search_hides_it(person: Person, two_mailboxes: None) -> None:
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 2)
    person.type(page.ui.search, "Support")
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.choose(dialog.ui.type, "IMAP")
    for name, words in {"server": "mx.contoso.example", "user_account_name": "aa@contoso.example"}.items():
        person.type(getattr(dialog.ui, name), words)
    dialog.ui.enabled.click()
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog) and page.table.current is not None)
    person.wait(lambda: page.table.current.value.title == "aa@contoso.example")
    assert page.ui.search.text() == ""
    assert person.window.focusWidget() is page.ui.mailboxes


@pytest.mark.covers("IN-12")
def test_an_edited_mailbox_stays_selected_when_it_moves_in_the_list(person: Person, two_mailboxes: None) -> None:
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 2)
    page.table.select(lambda row: row.value.title == "Billing")
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.click(dialog.ui.more_button)
    person.type(dialog.ui.name, "Zentrale")
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog) and [row.value.title for row in page.table.model.rows] == ["Support", "Zentrale"])
    person.wait(lambda: page.table.current is not None and page.table.current.value.title == "Zentrale")


@pytest.mark.covers("FIL-01")
def test_a_new_rule_is_selected_in_its_list(person: Person) -> None:
    page = person.page("filters")
    person.wait(lambda: page.stored is not None)
    page.ui.new_rule.setFocus()
    person.qtbot.keyClicks(page.ui.new_rule, "Newsletter")
    person.qtbot.keyClick(page.ui.new_rule, Qt.Key.Key_Return)
    assert page.tables["sender"].current.rule.text == "Newsletter"
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    assert page.tables["sender"].current.rule.text == "Newsletter"
