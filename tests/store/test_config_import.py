"""The configuration file as a whole: previewed, imported as it was shown, and equal when it is exported again (DB-06)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select, text, update

from tests.settings.samples import CANARY, MAILBOXES, SAMPLES
from tests.store.conftest import ELSEWHERE
from trackit_console.paths import DataDir
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.configuration_parts import PART_TITLES
from trackit_console.settings.configuration_plan import plan_import
from trackit_console.settings.configuration_reading import ConfigurationFile, read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.email_commands import CommandSwitches
from trackit_console.settings.import_plan import ItemState
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.passphrases import PassphraseSeal, SealHeader
from trackit_console.settings.people import Requestor, Technician
from trackit_console.settings.rule_actions import AssignTo
from trackit_console.settings.yaml_lines import ConfigurationRefused
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database, open_database
from trackit_console.store.import_preview import import_as_shown, preview_import
from trackit_console.store.saving_errors import ConfigurationChanged
from trackit_console.store.tables import MailboxStateRow

PASSPHRASE = "correct horse battery staple"
SEAL = PassphraseSeal(PASSPHRASE, SealHeader(b"s" * 16, cost=2**14))
S: dict[str, Any] = SAMPLES
MAILBOXES_OF_THEIR_OWN: list[Any] = [
    sample.model_copy(update={"name": f"box {number}", "folder": f"folder {number}", "email_address": "a@example.com"})
    for number, sample in enumerate(MAILBOXES.values())
]
EVERYTHING: dict[str, Any] = {
    "mailboxes": MAILBOXES_OF_THEIR_OWN,
    "outgoing": S["outgoing-basic"].model_copy(update={"from_address": "a@example.com"}),
    "monitor": S["monitor"],
    "filters": S["filters"],
    "loop_protection": LoopProtection(automatic_mail="ticket", answers_per_sender=3),
    "email_commands": CommandSwitches(create_ticket=True, delete_ticket=True),
    "trusted_server_for_sender_checks": "mx.example.com",
    "restricted_file_types": ["exe", "js"],
    "technicians": [S["technician"]],
    "requestors": [S["requestor"], Requestor(name="Cy", email="cy@example.com")],
    "ticket_templates": [S["ticket-template"]],
    "notification_templates": [S["notification-template"]],
    "notifications": [S["notification"]],
    "business_rules": [S["business-rule"]],
    "service_levels": [S["service-level"]],
    "business_hours": S["business-hours"],
    "reports": [S["report"]],
    "notification_schedules": [S["notification-schedule"]],
    "backups": S["backups"],
    "retention": S["retention"],
}
NEEDS = {"outgoing": ("mailboxes",), "business_rules": ("notification_templates", "technicians")} | dict.fromkeys(
    ("notifications", "service_levels"), ("notification_templates",)
)
pytestmark = pytest.mark.covers("DB-06")


def file_of(seal: PassphraseSeal | None = None, **parts: Any) -> ConfigurationFile:
    return read_configuration(write_configuration(Configuration(version=1, **parts), seal), Path.cwd(), PASSPHRASE)


def bring(database: Database, file: ConfigurationFile) -> None:
    with database.begin() as transaction:
        import_configuration(transaction, file, "bo")


def exported(database: Database) -> Configuration:
    with database.reading() as transaction:
        return export_configuration(transaction, secrets=True)


@pytest.fixture
def another(tmp_path: Path, data_dir: DataDir) -> Iterator[Callable[[], Database]]:
    """Makes further databases without anything in them."""
    if ELSEWHERE:
        pytest.skip("there is one SQL Server database")
    opened: list[Database] = []

    def make() -> Database:
        other = DataDir(tmp_path / f"another {len(opened)}").make()
        other.key_file.write_bytes(data_dir.key_file.read_bytes())
        opened.append(open_database(other.database_url, other))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_everything_comes_back_in_another_database_with_its_secrets(database: Database, another: Callable[[], Database]) -> None:
    assert set(EVERYTHING) == set(PART_TITLES)
    bring(database, file_of(SEAL, **EVERYTHING))
    first = exported(database)
    other = another()
    bring(other, read_configuration(write_configuration(first, SEAL), Path.cwd(), PASSPHRASE))
    assert exported(other) == first
    assert sum(str(value) == "**********" for each in first.mailboxes or () for _, value in each) == len(MAILBOXES)
    # Byte for byte, but for what is sealed.
    assert write_configuration(exported(other)) == write_configuration(first)
    assert CANARY not in write_configuration(first, SEAL)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(list(EVERYTHING)), min_size=1), min_size=1, max_size=2))
def test_whatever_is_imported_was_planned_and_is_the_same_afterwards(
    another: Callable[[], Database], steps: list[set[str]]
) -> None:
    database = another()
    for chosen in steps:
        parts = chosen | {need for part in chosen for need in NEEDS.get(part, ())}
        file = file_of(**{part: EVERYTHING[part] for part in EVERYTHING if part in parts})
        import_as_shown(database, file, preview_import(database, file, "bo"), "bo")
        now = plan_import(exported(database), file.configuration)
        assert not now.changes_something
        text = write_configuration(exported(database))
        bring(database, read_configuration(text, Path.cwd()))
        assert write_configuration(exported(database)) == text
    database.close()


@pytest.mark.covers("DB-04")
@pytest.mark.parametrize("seal", [None, SEAL], ids=["without secrets", "with secrets"])
def test_what_is_the_same_already_is_not_saved(database: Database, seal: PassphraseSeal | None) -> None:
    bring(database, file_of(SEAL, **EVERYTHING))
    later = datetime(2030, 1, 1, tzinfo=UTC)
    with database.begin() as transaction:
        # A locked account that waits before it is tried again.
        transaction.session.execute(update(MailboxStateRow).values(next_poll_at=later))
        before = transaction.audit.revision(), transaction.audit.mark()
    bring(database, read_configuration(write_configuration(exported(database), seal), Path.cwd(), PASSPHRASE))
    with database.reading() as transaction:
        assert (transaction.audit.revision(), transaction.audit.mark()) == before
        assert set(transaction.session.scalars(select(MailboxStateRow.next_poll_at))) == {later}


def test_another_secret_alone_is_saved(database: Database) -> None:
    first, second = [each for each in MAILBOXES_OF_THEIR_OWN if each.type in ("ews_basic", "pop3")]
    bring(database, file_of(SEAL, mailboxes=[first, second]))
    other = second.model_copy(update={"password": SecretStr("another")})
    bring(database, file_of(SEAL, mailboxes=[first, other]))
    assert exported(database).mailboxes == [first, other]
    with database.reading() as transaction:
        assert {each.value.name: each.version for each in transaction.mailboxes.all()} == {first.name: 1, second.name: 2}


def test_a_preview_changes_nothing(database: Database) -> None:
    bring(database, file_of(**EVERYTHING))
    with database.reading() as transaction:
        revision, before = transaction.audit.revision().number, export_configuration(transaction)
    file = file_of(mailboxes=[MAILBOXES_OF_THEIR_OWN[0].model_copy(update={"port": 1})], restricted_file_types=[])
    plan = preview_import(database, file, "bo")
    assert [(each.part, each.name, each.state) for each in plan.items] == [
        ("mailboxes", "box 0", ItemState.CHANGED),
        ("restricted_file_types", "", ItemState.CHANGED),
    ]
    with database.reading() as transaction:
        assert transaction.audit.revision().number == revision
        assert export_configuration(transaction) == before


def test_a_preview_finds_what_the_import_would_be_refused_for(database: Database) -> None:
    file = file_of(notifications=[S["notification"]])
    with pytest.raises(ConfigurationRefused) as refused:
        preview_import(database, file, "bo")
    assert [each.found.field for each in refused.value.findings] == ["notifications.0.template"]


@pytest.mark.covers("DB-04")
def test_what_is_not_as_it_was_shown_is_not_imported(database: Database) -> None:
    bring(database, file_of(ticket_templates=[S["ticket-template"]]))
    urgent = S["ticket-template"].model_copy(update={"priority": "Low"})
    file = file_of(ticket_templates=[urgent])
    shown = preview_import(database, file, "bo")
    # What the file is not about may change meanwhile: requestors come with every new sender.
    bring(database, file_of(requestors=[S["requestor"]]))
    medium = urgent.model_copy(update={"subject": "meanwhile"})
    with database.begin() as transaction:
        transaction.settings.save_ticket_template(medium, "cy")
    with pytest.raises(ConfigurationChanged) as changed:
        import_as_shown(database, file, shown, "bo")
    assert "Somebody else has changed the settings" in str(changed.value)
    assert (exported(database).ticket_templates or [])[-1] == medium
    import_as_shown(database, file, preview_import(database, file, "bo"), "bo")
    assert (exported(database).ticket_templates or [])[-1] == urgent


def person(name: str, *mapped: str, email: str = "") -> Technician:
    return Technician(name=name, email=email or f"{name.lower()}@example.com", mapped_addresses=list(mapped))


@pytest.mark.covers("MSG-05")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([person("Ann"), person("Bob", "desk@example.com")], [person("Ann", "DESK@example.com"), person("Bob")]),
        ([person("Ann"), person("Bob", "desk@example.com")], [person("Bob"), person("Ann", "desk@example.com")]),
        (
            [person("Ann", "a@b.example"), person("Bob", "b@b.example")],
            [person("Ann", "b@b.example"), person("Bob", "a@b.example")],
        ),
        ([person("Bob", "desk@example.com")], [person("Ann", "desk@example.com"), person("Bob")]),
        ([person("Bob", "desk@example.com")], [person("Desk"), person("Bob")]),
        ([person("Bob", "desk@example.com")], [person("Bob"), person("Desk")]),
        ([person("Bob", "desk@example.com", "ann@example.com")], [person("Desk"), person("Ann")]),
        ([person("Bob", "desk@example.com")], [person("Desk", "bob@example.com")]),
    ],
    ids=[
        "to one before",
        "to one behind",
        "swapped",
        "to a new one",
        "to a new one's own",
        "behind",
        "one for two",
        "own and mapped",
    ],
)
def test_an_address_moves_from_one_technician_to_another(
    database: Database, before: list[Technician], after: list[Technician]
) -> None:
    bring(database, file_of(technicians=before))
    file = file_of(technicians=after)
    shown = preview_import(database, file, "bo")
    import_as_shown(database, file, shown, "bo")
    assert exported(database).technicians == sorted(after, key=lambda each: each.name)
    assert sum(each.state is not ItemState.ADDED for each in shown.items) == len(before)


@pytest.mark.covers("DB-04", "MSG-05")
def test_the_audit_and_the_rules_follow_an_address_that_moves(database: Database) -> None:
    rule = S["business-rule"].model_copy(update={"actions": [AssignTo(technician="desk@example.com")]})
    templates = [S["notification-template"]]
    people = [person("Ann"), person("Bob", "desk@example.com"), S["technician"]]
    bring(database, file_of(technicians=people, notification_templates=templates, business_rules=[rule]))
    bring(database, file_of(technicians=[person("Ann", "desk@example.com"), person("Bob")]))
    [kept] = exported(database).business_rules or []
    assert [each.technician for each in kept.actions if isinstance(each, AssignTo)] == ["bob@example.com"]
    with database.reading() as transaction:
        bob, ann, *_ = [each for each in transaction.audit.latest() if each.kind == "technician"]
    assert [json.loads(each.before or "")["mapped_addresses"] for each in (ann, bob)] == [[], ["desk@example.com"]]


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        ("UPDATE mailboxes SET type = 'of a newer version'", "mailboxes.0.type"),
        ("UPDATE mailboxes SET port = 0", "mailboxes.0.port"),
        ("UPDATE monitor_settings SET emails_to_process = 0", "monitor.emails_to_process"),
        ("UPDATE restricted_file_types SET file_type = 'a b' WHERE file_type = 'exe'", "restricted_file_types.0"),
    ],
)
def test_what_was_changed_by_hand_is_exported_and_named_by_its_line_when_it_is_imported(
    database: Database, damage: str, line: str
) -> None:
    """Nothing that is stored may be lost over it, and a file that corrects it must be importable."""
    bring(database, file_of(mailboxes=[S["imap"]], restricted_file_types=["exe"]))
    with database.begin() as transaction:
        transaction.session.execute(text(damage))
    with database.reading() as transaction:
        written = write_configuration(export_configuration(transaction))
    with pytest.raises(ConfigurationRefused) as refused:
        read_configuration(written, Path.cwd())
    assert line in refused.value.detail
    right = file_of(mailboxes=[S["imap"]], restricted_file_types=["exe"], monitor=S["monitor"])
    preview_import(database, right, "bo")
    bring(database, right)
    with database.reading() as transaction:
        again = write_configuration(export_configuration(transaction))
    assert read_configuration(again, Path.cwd()).configuration.monitor == S["monitor"]
