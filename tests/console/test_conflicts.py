"""Two admins at once: who saves second is told what the first one saved, loses nothing, and can save after all (DB-04)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from shiboken6 import isValid
from sqlalchemy import update

from tests.console.conftest import Person, will_press
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import MonitorSettingsRow

MAILBOX = Imap(
    name="Support",
    server="mail.contoso.example",
    port=993,
    user_account_name="support@contoso.example",
    password=SecretStr("first-secret"),
    enabled=False,
)
OUTGOING = BasicOutgoing(
    smtp_server_name="smtp.contoso.example",
    port=587,
    user_account_name="support@contoso.example",
    password=SecretStr("first-secret"),
    from_address="support@contoso.example",
)


@pytest.fixture
def mailbox(person: Person) -> Stored[Mailbox]:
    with person.window.services.database.begin() as transaction:
        return transaction.mailboxes.add(MAILBOX, "setup")


@pytest.fixture
def editing(person: Person, mailbox: Stored[Mailbox]) -> Any:
    """The dialog over the mailbox, opened by a double click's button."""
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    return person.dialog()


def grace_saves(person: Person, mailbox: Stored[Mailbox], **changes: object) -> None:
    with person.window.services.database.begin() as transaction:
        changed = Stored(mailbox.id, mailbox.version, mailbox.value.model_copy(update=changes))
        transaction.mailboxes.save(changed, "grace")


def stored(person: Person) -> list[Stored[Mailbox]]:
    with person.window.services.database.reading() as transaction:
        return transaction.mailboxes.all(secrets=True)


@pytest.mark.covers("DB-04", "T-05")
def test_the_second_to_save_is_told_what_the_first_saved_and_saves_over_it(
    person: Person, mailbox: Stored[Mailbox], editing: Any
) -> None:
    person.type(editing.ui.server, "imap.contoso.example")
    grace_saves(person, mailbox, port=1993, server="mx.contoso.example", password=SecretStr("second-secret"))
    person.click(editing.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told
    assert "Port: 1993" in told
    assert "Server (Name or IP): mx.contoso.example (you entered imap.contoso.example)" in told
    assert "Password: a new one, which is not shown" in told
    assert "secret" not in told
    assert editing.isVisible()
    assert editing.ui.server.text() == "imap.contoso.example"
    assert editing.ui.port.value() == 1993, "nobody touched it here"
    person.click(editing.ui.save_button)
    person.wait(lambda: not isValid(editing))
    [kept] = stored(person)
    assert (kept.id, kept.version) == (mailbox.id, mailbox.version + 2)
    assert (kept.value.server, kept.value.port) == ("imap.contoso.example", 1993)  # type: ignore[union-attr]
    assert kept.value.password == SecretStr("second-secret")  # type: ignore[union-attr]


@pytest.mark.covers("DB-04")
def test_who_renames_the_template_of_a_mailbox_that_is_edited_is_named(person: Person) -> None:
    database = person.window.services.database
    with database.begin() as transaction:
        template = transaction.ticket_templates.add(TicketTemplate(name="Old"), "setup")
        transaction.mailboxes.add(MAILBOX.model_copy(update={"ticket_template": "Old"}), "setup")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.server, "imap.contoso.example")
    with database.begin() as transaction:
        transaction.ticket_templates.save(Stored(template.id, template.version, TicketTemplate(name="New")), "grace")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told and "setup" not in told


@pytest.mark.covers("DB-04")
def test_a_name_that_another_gave_stays_where_the_form_showed_none(person: Person) -> None:
    with person.window.services.database.begin() as transaction:
        unnamed = transaction.mailboxes.add(MAILBOX.model_copy(update={"name": ""}), "setup")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1)
    page.ui.mailboxes.selectRow(0)
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.server, "imap.contoso.example")
    grace_saves(person, unnamed, name="Head office")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "Name: Head office\n" in told + "\n"
    assert dialog.ui.name.text() == "Head office"
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    assert stored(person)[0].value.name == "Head office"


@pytest.mark.covers("DB-04")
def test_a_password_typed_before_a_conflict_is_saved_after_it(person: Person, mailbox: Stored[Mailbox], editing: Any) -> None:
    person.type(editing.ui.password, "typed-secret")
    person.type(editing.ui.confirm_password, "typed-secret")
    grace_saves(person, mailbox, password=SecretStr("second-secret"))
    person.click(editing.ui.save_button)
    person.told_conflict()
    person.click(editing.ui.save_button)
    person.wait(lambda: not isValid(editing))
    assert stored(person)[0].value.password == SecretStr("typed-secret")  # type: ignore[union-attr]


@pytest.mark.covers("DB-04")
def test_a_mailbox_deleted_meanwhile_can_be_saved_as_a_new_one(
    person: Person, mailbox: Stored[Mailbox], editing: Any, answers: list[tuple[str, str]]
) -> None:
    person.type(editing.ui.server, "imap.contoso.example")
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "grace")
    will_press("Save as a new mailbox")
    person.click(editing.ui.save_button)
    person.wait(lambda: bool(answers))
    assert "grace" in answers[0][0]
    person.wait(lambda: not isValid(editing))
    [kept] = stored(person)
    assert kept.id != mailbox.id
    assert kept.value.server == "imap.contoso.example"  # type: ignore[union-attr]


@pytest.mark.covers("DB-04")
def test_who_does_not_want_a_new_mailbox_goes_on_editing(
    person: Person, mailbox: Stored[Mailbox], editing: Any, answers: list[tuple[str, str]]
) -> None:
    person.type(editing.ui.server, "imap.contoso.example")
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "grace")
    will_press("Keep editing")
    person.click(editing.ui.save_button)
    person.wait(lambda: bool(answers))
    assert editing.isVisible()
    assert editing.ui.server.text() == "imap.contoso.example"
    assert stored(person) == []
    will_press("Discard")
    person.qtbot.keyClick(editing, Qt.Key.Key_Escape)


@pytest.mark.covers("DB-04", "OUT-01")
@pytest.mark.parametrize("configured", [False, True], ids=["both add it", "both change it"])
def test_the_outgoing_account_that_another_saved_first_is_told_and_saved_over(
    person: Person, mailbox: Stored[Mailbox], answers: list[tuple[str, str]], configured: bool
) -> None:
    database = person.window.services.database
    if configured:
        with database.begin() as transaction:
            transaction.settings.save_outgoing(OUTGOING, None, "setup")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 1 and page.ui.test_outgoing_button.isEnabled() == configured)
    person.click(page.ui.configure_button)
    dialog = person.dialog()
    if not configured:
        person.type(dialog.ui.user_account_name, "support@contoso.example")
        person.type(dialog.ui.password, "typed-secret")
        person.type(dialog.ui.confirm_password, "typed-secret")
    person.type(dialog.ui.smtp_server_name, "relay.contoso.example")
    with database.begin() as transaction:
        changed = OUTGOING.model_copy(update={"port": 2525, "smtp_server_name": "mx.contoso.example"})
        transaction.settings.save_outgoing(changed, 1 if configured else None, "grace")
    person.click(dialog.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told
    assert "Port: 2525" in told
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    with database.reading() as transaction:
        kept = transaction.settings.outgoing()
    assert kept is not None
    assert kept.version == (3 if configured else 2)
    assert kept.value.smtp_server_name == "relay.contoso.example"  # type: ignore[union-attr]


@pytest.mark.covers("DB-04", "MON-05")
def test_a_page_tells_what_another_saved_and_saves_over_it(person: Person) -> None:
    page = person.page("monitor")
    person.wait(lambda: page.stored is not None)
    person.window.watch.stop()
    person.type(page.ui.poll_interval, "7")
    database = person.window.services.database
    with database.begin() as transaction:
        now = transaction.settings.monitor()
        changed = now.value.model_copy(update={"poll_interval": 9, "reopen_days": 30})
        transaction.settings.save_monitor(Stored(now.id, now.version, changed), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told
    assert "Poll Interval: 9 minutes (you entered 7 minutes)" in told
    assert "Reopen a closed ticket within: 30 days" in told
    assert (page.ui.poll_interval.value(), page.ui.reopen_days.value()) == (7, 30)
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with database.reading() as transaction:
        kept = transaction.settings.monitor().value
    assert (kept.poll_interval, kept.reopen_days) == (7, 30)


@pytest.mark.covers("DB-04", "FIL-01")
def test_the_filters_of_another_are_kept_where_they_were_not_touched_here(person: Person) -> None:
    page = person.page("filters")
    person.wait(lambda: page.stored is not None)
    person.window.watch.stop()
    person.type(page.ui.new_rule, "Newsletter")
    person.click(page.ui.add_button)
    database = person.window.services.database
    with database.begin() as transaction:
        now = transaction.settings.filters()
        changed = now.value.model_copy(update={"subject": [FilterRule(text="Advertisement")]})
        transaction.settings.save_filters(Stored(now.id, now.version, changed), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "Rules for Subject" in told
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with database.reading() as transaction:
        kept = transaction.settings.filters().value
    assert "Newsletter" in [rule.text for rule in kept.sender]
    assert [rule.text for rule in kept.subject] == ["Advertisement"]


@pytest.mark.covers("DB-04", "T-02")
def test_a_look_that_began_before_a_save_does_not_bring_back_what_was_saved_over(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = person.page("monitor")
    person.window.watch.stop()
    person.wait(lambda: not person.window.tasks.running)
    look, seen, gate = person.window.services.snapshot, threading.Event(), threading.Event()

    def held_back() -> Any:
        found = look()
        seen.set()
        gate.wait(10)
        return found

    monkeypatch.setattr(person.window.services, "snapshot", held_back)
    person.window.watch.refresh()
    person.wait(seen.is_set)
    monkeypatch.setattr(person.window.services, "snapshot", look)
    person.type(page.ui.poll_interval, "17")
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    person.window.open_page("tiles")
    person.window.open_page("monitor")
    shown = [(page.ui.poll_interval.value(), page.stored.version)]
    person.window.watch.snapshot_read.connect(lambda _: shown.append((page.ui.poll_interval.value(), page.stored.version)))
    gate.set()
    person.wait(lambda: len(shown) == 3)
    assert shown == [(17, 2)] * 3


@pytest.mark.covers("DB-04", "DB-01")
def test_a_version_that_is_lower_after_a_restore_elsewhere_is_shown(person: Person) -> None:
    page = person.page("monitor")
    person.type(page.ui.poll_interval, "17")
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved and page.stored.version == 2)
    with person.window.services.database.begin() as transaction:
        before = transaction.settings.monitor()
        value = before.value.model_copy(update={"poll_interval": 5})
        transaction.settings.save_monitor(Stored(before.id, before.version, value), "grace")
        transaction.session.execute(update(MonitorSettingsRow).values(version=1))
    person.wait(lambda: (page.ui.poll_interval.value(), page.stored.version) == (5, 1))
