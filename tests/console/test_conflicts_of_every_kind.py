"""Two admins edit the same object: for every kind, both values stand side by side, and one chooses field by field (DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QRadioButton
from shiboken6 import isValid

from tests.console.conftest import Person
from tests.settings.samples import SAMPLES, imap
from trackit_console.console.dialogs.conflict import ConflictDialog
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.holidays import Holiday
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("DB-04")


@dataclass(frozen=True)
class Listed:
    """Objects of one kind: the page and the list they are in, one of them, and a second field that grace changes."""

    page: str
    view: str
    repository: Callable[[Transaction], Any]
    sample: Any
    theirs: Mapping[str, Any]
    typed: str = "name"


LISTED = {
    "mailbox": Listed("incoming", "mailboxes", lambda t: t.mailboxes, imap(name="Support", enabled=False), {"port": 1993}),
    "requestor": Listed("people", "requestors", lambda t: t.requestors, SAMPLES["requestor"], {"email": "x@example.com"}),
    "technician": Listed("people", "technicians", lambda t: t.technicians, SAMPLES["technician"], {"mapped_addresses": []}),
    "ticket template": Listed(
        "templates", "templates", lambda t: t.ticket_templates, SAMPLES["ticket-template"], {"subject": "Theirs"}
    ),
    "notification template": Listed(
        "notification_templates",
        "notification_templates",
        lambda t: t.notification_templates,
        SAMPLES["notification-template"],
        {"subject": "Theirs"},
    ),
    "notification": Listed(
        "notifications", "notifications", lambda t: t.notifications, SAMPLES["notification"], {"enabled": False}
    ),
    "notification schedule": Listed(
        "notification_schedules",
        "notification_schedules",
        lambda t: t.notification_schedules,
        SAMPLES["notification-schedule"],
        {"digest": "hourly"},
    ),
    "business rule": Listed(
        "business_rules", "business_rules", lambda t: t.business_rules, SAMPLES["business-rule"], {"conditions": []}
    ),
    "service level": Listed(
        "service_levels",
        "service_levels",
        lambda t: t.service_levels,
        # In the order in which the form ticks them.
        SAMPLES["service-level"].model_copy(update={"priorities": ["High", "Urgent"]}),
        {"closing_minutes": 960},
    ),
    "report": Listed("reports", "reports", lambda t: t.reports, SAMPLES["report"], {"attach_csv": True}),
}


@pytest.fixture
def database(person: Person) -> Database:
    """With the template and the technician that the samples name."""
    opened = person.window.services.database
    with opened.begin() as transaction:
        if transaction.notification_templates.named("Due soon") is None:
            transaction.notification_templates.add(SAMPLES["notification-template"], "setup")  # type: ignore[arg-type]
        transaction.technicians.add(SAMPLES["technician"].model_copy(update={"name": "Ada"}), "setup")  # type: ignore[arg-type]
    return opened


def choose(person: Person, dialog: ConflictDialog, name: str, *, mine: bool) -> None:
    button: QRadioButton | None = dialog.buttons[name][0 if mine else 1]
    assert button is not None
    person.click(button)


def only(database: Database, kind: Listed) -> Stored[Any]:
    """The sample, whatever it is called now."""
    with database.reading() as transaction:
        return next(
            each for each in kind.repository(transaction).all() if each.value.name in (kind.sample.name, "Theirs", "Mine")
        )


@pytest.mark.parametrize("kind", LISTED.values(), ids=LISTED)
def test_an_object_in_a_list_is_saved_as_it_was_chosen(person: Person, database: Database, kind: Listed) -> None:
    with database.begin() as transaction:
        known = [each.value.name for each in kind.repository(transaction).all()]
        if kind.sample.name not in known and kind.view != "technicians":
            kind.repository(transaction).add(kind.sample, "setup")
        elif kind.view == "technicians":
            [ada] = transaction.technicians.all()
            transaction.technicians.save(Stored(ada.id, ada.version, kind.sample), "setup")
    before = only(database, kind)
    page = person.page(kind.page)
    page.refresh()
    table = next(each.table for each in page.lists if each.name == kind.view) if hasattr(page, "lists") else page.table
    if kind.view == "technicians":
        page.ui.tabs.setCurrentIndex(1)
    person.wait(lambda: table.select(lambda row: row.id == before.id))
    person.window.watch.stop()
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(getattr(dialog.ui, kind.typed), "Mine")
    with database.begin() as transaction:
        theirs = before.value.model_copy(update={kind.typed: "Theirs", **kind.theirs})
        kind.repository(transaction).save(Stored(before.id, before.version, theirs), "grace")
    person.click(dialog.ui.save_button)
    conflict = person.conflict()
    assert conflict.message.text().startswith("grace saved these settings at ")
    rows = {each.name: each for each in conflict.choices}
    assert set(rows) == {kind.typed, *kind.theirs}
    assert (rows[kind.typed].mine, rows[kind.typed].theirs) == ("Mine", "Theirs")
    assert conflict.chosen_mine == {kind.typed}, "what was typed counts, and what was not touched shows what was saved"
    [other] = kind.theirs
    choose(person, conflict, kind.typed, mine=False)
    choose(person, conflict, other, mine=True)
    person.click(conflict.apply_button)
    person.wait(lambda: not isValid(conflict))
    assert getattr(dialog.ui, kind.typed).text() == "Theirs"
    person.click(dialog.ui.save_button)
    person.wait(lambda: not isValid(dialog))
    kept = only(database, kind)
    assert kept.version == before.version + 2
    assert dict(kept.value) == dict(before.value) | {kind.typed: "Theirs"}


@dataclass(frozen=True)
class OnPage:
    """Settings that exist once: their page, what ada edits there, and what grace saves of the same and of another field."""

    page: str
    edit: Callable[[Person, Any], None]
    field: str
    theirs: Mapping[str, Any]


def _type(name: str, words: str) -> Callable[[Person, Any], None]:
    return lambda person, page: person.type(getattr(page.ui, name), words)


def _add_rule(person: Person, page: Any) -> None:
    person.type(page.ui.new_rule, "Newsletter")
    person.click(page.ui.add_button)


def _add_type(person: Person, page: Any) -> None:
    person.type(page.ui.new_types, "iso")
    person.click(page.ui.add_button)


ON_PAGES = {
    "monitor": OnPage("monitor", _type("poll_interval", "7"), "poll_interval", {"poll_interval": 9, "reopen_days": 30}),
    "loop_protection": OnPage(
        "loop_protection",
        _type("answers_per_sender", "7"),
        "answers_per_sender",
        {"answers_per_sender": 9, "answers_per_record": 3},
    ),
    "email_commands": OnPage(
        "email_commands",
        _type("trusted_server", "mine.example"),
        "trusted_server",
        {"trusted_server": "theirs.example", "create_ticket": True},
    ),
    "business_hours": OnPage(
        "business_hours",
        lambda person, page: page.ui.time_zone.setCurrentText("Europe/Berlin"),
        "time_zone",
        {"time_zone": "Asia/Tokyo", "holidays": [Holiday(date=date(2027, 1, 1), name="New Year")]},
    ),
    "filters": OnPage(
        "filters", _add_rule, "sender", {"sender": [FilterRule(text="x@example.com")], "accept_from": "technicians"}
    ),
    "file_types": OnPage("file_types", _add_type, "restricted_file_types", {"restricted_file_types": ["zip"]}),
}


def read(transaction: Transaction, page: str) -> Stored[Any]:
    stored: Stored[Any] = getattr(transaction.settings, page)()
    return stored


@pytest.mark.parametrize("of_mine", [True, False], ids=["mine", "theirs"])
@pytest.mark.parametrize("kind", ON_PAGES.values(), ids=ON_PAGES)
def test_settings_on_a_page_are_saved_as_they_were_chosen(
    person: Person, database: Database, kind: OnPage, of_mine: bool
) -> None:
    page = person.page(kind.page)
    person.wait(lambda: page.stored is not None)
    person.window.watch.stop()
    before = page.stored
    kind.edit(person, page)
    typed = dict(page.values())[kind.field]
    with database.begin() as transaction:
        theirs = before.value.model_copy(update=kind.theirs)
        getattr(transaction.settings, f"save_{kind.page}")(Stored(before.id, before.version, theirs), "grace")
    person.click(page.ui.save_button)
    conflict = person.conflict()
    assert conflict.message.text().startswith("grace saved these settings at ")
    assert {each.name for each in conflict.choices} == set(kind.theirs)
    assert conflict.chosen_mine == {kind.field}
    choose(person, conflict, kind.field, mine=of_mine)
    person.click(conflict.apply_button)
    person.wait(lambda: not isValid(conflict))
    if of_mine:
        assert dict(page.values())[kind.field] == typed, "nothing that was typed is lost"
        person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with database.reading() as transaction:
        kept = read(transaction, kind.page)
    assert kept.version == before.version + (2 if of_mine else 1)
    assert kept.value == theirs.model_copy(update={kind.field: typed} if of_mine else {})


def test_leaving_the_dialog_by_esc_keeps_what_was_typed(person: Person, database: Database) -> None:
    page = person.page("file_types")
    person.wait(lambda: page.stored is not None)
    person.window.watch.stop()
    _add_type(person, page)
    with database.begin() as transaction:
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["zip"])), "grace")
    person.click(page.ui.save_button)
    conflict = person.conflict()
    person.click(conflict.cancel_button)
    person.wait(lambda: not isValid(conflict))
    assert "iso" in page.values()["restricted_file_types"]
    assert page.unsaved
    person.click(page.ui.discard_button)
    assert page.values()["restricted_file_types"] == ["zip"]
