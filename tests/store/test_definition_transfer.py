"""Templates, notifications, rules, service levels, reports and schedules in the configuration file (DB-06)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.settings.samples import SAMPLES
from tests.store.conftest import ELSEWHERE
from trackit_console.paths import DataDir
from trackit_console.settings.configuration import DEFINITION_PARTS
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.yaml_lines import ConfigurationRefused
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database, open_database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import NotificationRow

PARTS = {
    "notification_templates": SAMPLES["notification-template"],
    "notifications": SAMPLES["notification"],
    "business_rules": SAMPLES["business-rule"],
    "service_levels": SAMPLES["service-level"],
    "reports": SAMPLES["report"],
    "notification_schedules": SAMPLES["notification-schedule"],
}
TEMPLATE = "notification_templates:\n- {name: News, subject: News, text: There is news.}\n"


def bring(database: Database, written: str) -> None:
    with database.begin() as transaction:
        import_configuration(transaction, read_configuration(written, Path.cwd()), "bo")


def exported(database: Database) -> str:
    with database.reading() as transaction:
        return write_configuration(export_configuration(transaction))


def names(database: Database, part: str) -> list[str]:
    with database.reading() as transaction:
        return [each.value.name for each in getattr(transaction, part).all()]


def refused(database: Database, written: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigurationRefused) as caught:
        bring(database, written)
    return [(each.line, each.found.field, each.found.rule) for each in caught.value.findings]


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Database]:
    """A second database without anything in it."""
    if ELSEWHERE:
        pytest.skip("there is one SQL Server database")
    made = DataDir(tmp_path / "another").make()
    opened = open_database(made.database_url, made)
    yield opened
    opened.close()


@pytest.fixture
def full(database: Database) -> Database:
    """A database with three of each kind, not in the order of their names, and with business hours."""
    with database.begin() as transaction:
        transaction.people.save_technician(SAMPLES["technician"], "ada")  # type: ignore[arg-type] # samples are by name
        transaction.notification_templates.add_all(DEFAULT_NOTIFICATION_TEMPLATES, "ada")
        for part, sample in PARTS.items():
            for name in (getattr(sample, "name", ""), "Zulu", "alpha"):
                getattr(transaction, part).add(sample.model_copy(update={"name": name}), "ada")
        hours: Any = SAMPLES["business-hours"]
        transaction.settings.save_business_hours(Stored(1, 1, hours), "ada")
    return database


@pytest.mark.covers("DB-06", "NOT-01", "NOT-02", "NOT-03", "NOT-04")
def test_everything_that_is_set_comes_back_in_an_empty_database(full: Database, another: Database) -> None:
    written = exported(full)
    bring(another, written)
    assert exported(another) == written
    with full.reading() as before, another.reading() as after:
        for part in PARTS:
            assert [each.value for each in getattr(after, part).all()] == [each.value for each in getattr(before, part).all()]
        assert after.settings.business_hours().value == before.settings.business_hours().value


@pytest.mark.covers("DB-06", "DB-04")
def test_an_export_imported_again_touches_no_definition(full: Database) -> None:
    def versions() -> list[tuple[int, int]]:
        with full.reading() as transaction:
            return [(each.id, each.version) for part in PARTS for each in getattr(transaction, part).all()]

    before, written = versions(), exported(full)
    bring(full, written)
    assert versions() == before
    assert exported(full) == written


@pytest.mark.covers("DB-06")
def test_import_adds_and_changes_by_name_and_takes_nothing_away(full: Database) -> None:
    bring(full, "version: 1\nnotification_schedules:\n- {name: New}\n- {name: ALPHA, digest: hourly}\n")
    assert names(full, "notification_schedules") == ["New", "ALPHA", "Nights", "Zulu"]
    with full.reading() as transaction:
        changed = transaction.notification_schedules.named("alpha")
        assert changed is not None
        assert (changed.version, changed.value.digest, changed.value.enabled) == (2, "hourly", False)
        assert len(transaction.notifications.all()) == 3


@pytest.mark.parametrize("part", DEFINITION_PARTS)
def test_the_order_of_the_file_becomes_the_order(full: Database, part: str) -> None:
    with full.reading() as transaction:
        configuration = export_configuration(transaction)
    values = list(reversed(getattr(configuration, part)))
    bring(full, write_configuration(configuration.model_copy(update={part: values})))
    assert names(full, part) == [each.name for each in values]


def test_a_part_that_is_there_but_empty_changes_nothing(full: Database) -> None:
    before = exported(full)
    bring(full, "version: 1\nnotifications: []\nbusiness_rules: []\n")
    assert exported(full) == before


NAMING: dict[str, Callable[[str], tuple[str, str]]] = {
    "notifications": lambda name: ("template", f"{{name: x, recipients: {{requestor: true}},\n   template: {name}}}"),
    "business_rules": lambda name: (
        "actions.1.template",
        "{name: x, actions: [{type: assign}, {type: send_notification, recipients: {technician: true},\n"
        f"   template: {name}}}]}}",
    ),
    "service_levels": lambda name: (
        "reminders.0.template",
        f"{{name: x, closing_minutes: 90, reminders: [{{\n   template: {name}}}]}}",
    ),
}


@pytest.mark.covers("DB-06", "NOT-01", "NOT-03", "NOT-04")
@pytest.mark.parametrize("part", NAMING)
def test_a_template_must_be_in_the_file_or_in_the_database(database: Database, part: str) -> None:
    field, entry = NAMING[part]("News")
    written = f"{part}:\n- {entry}\n"
    assert refused(database, f"version: 1\n{written}") == [(4, f"{part}.0.{field}", "template_unknown")]
    bring(database, f"version: 1\n{written}{TEMPLATE}")
    bring(database, f"version: 1\n{written}".replace("News", "nEWS").replace("name: x", "name: y"))
    assert names(database, part) == ["y", "x"]


@pytest.mark.covers("DB-06", "NOT-03")
def test_a_technician_must_be_in_the_file_or_in_the_database(database: Database) -> None:
    rule = "business_rules:\n- name: x\n  actions:\n  - {type: assign, technician: ADA@home.example.org}\n"
    assert refused(database, f"version: 1\n{rule}") == [(5, "business_rules.0.actions.0.technician", "technician_unknown")]
    people = "technicians: [{name: Ada, email: ada@example.com, mapped_addresses: [ada@home.example.org]}]\n"
    bring(database, f"version: 1\n{rule}{people}")
    bring(database, f"version: 1\n{rule}")


@pytest.mark.covers("DB-06")
def test_a_refused_name_keeps_everything_as_it_was(full: Database) -> None:
    before = exported(full)
    wrong = f"version: 1\n{TEMPLATE}notifications:\n- {{name: x, template: Nwes, recipients: {{requestor: true}}}}\n"
    assert refused(full, wrong) == [(5, "notifications.0.template", "template_unknown")]
    assert exported(full) == before


@pytest.mark.covers("DB-06", "NOT-01")
def test_what_was_edited_by_hand_is_exported_and_refused_by_name(full: Database) -> None:
    with full.begin() as transaction:
        first = transaction.notifications.all()[0].id
        edited = '{"event": "moved", "template": "Due soon", "recipients": {"requestor": true}}'
        transaction.session.execute(update(NotificationRow).where(NotificationRow.id == first).values(definition=edited))
    written = exported(full)
    [(line, field, rule)] = refused(full, written)
    assert (field, rule) == ("notifications.0.event", "not_a_choice")
    assert written.splitlines()[line - 1].strip() == "event: moved"
    bring(full, written.replace("event: moved", "event: closed"))
    with full.reading() as transaction:
        assert transaction.notifications.all()[0].findings == ()
