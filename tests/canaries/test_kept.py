"""What the store keeps, reads and writes of secrets: sealed in the database, masked in the audit, absent everywhere else (SEC-02)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.canaries.planting import AROUND, Planted, core_of
from tests.canaries.watch import assert_unseen, assert_unseen_in_files, assert_unseen_in_problem
from trackit_console.paths import DataDir
from trackit_console.settings.configuration_reading import ConfigurationFile, read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.passphrase_errors import WrongPassphrase
from trackit_console.settings.passphrases import PassphraseSeal
from trackit_console.settings.yaml_lines import ConfigurationRefused
from trackit_console.store.chosen_database import chosen_url, read_choice
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database, open_database
from trackit_console.store.import_preview import preview_import
from trackit_console.store.key_errors import WrongKey
from trackit_console.store.snapshot_reader import read_snapshot
from trackit_console.store.tables import Base

pytestmark = pytest.mark.covers("SEC-02")


def opened_secrets(database: Database) -> list[str]:
    """The canaries that come back when the secrets of the mailboxes and the outgoing account are asked for."""
    with database.reading() as transaction:
        values = [each.value for each in transaction.mailboxes.all(secrets=True)]
        outgoing = transaction.settings.outgoing(secrets=True)
    assert outgoing is not None
    secrets = [getattr(value, name) for value in (*values, outgoing.value) for name in type(value).model_fields]
    return [each.get_secret_value() for each in secrets if hasattr(each, "get_secret_value")]


def test_no_byte_of_the_data_directory_is_a_secret(database: Database, data_dir: DataDir, planted: Planted) -> None:
    assert len(opened_secrets(database)) > 7
    database.close()
    assert_unseen_in_files(data_dir.root, [*planted.cores.values(), database.recovery_key])


def test_a_reading_without_secrets_has_none(database: Database, planted: Planted) -> None:
    cores = planted.cores.values()
    with database.reading() as transaction:
        snapshot = read_snapshot(transaction, transaction.now)
        assert_unseen("the snapshot", snapshot, cores)
        assert_unseen("the audit", transaction.audit.latest(10_000), cores)
        # Also where secrets were asked for, nothing writes them.
        assert_unseen("opened mailboxes", transaction.mailboxes.all(secrets=True), cores)
    assert_unseen("the database", (database, database._box), [*cores, database.recovery_key])


def test_every_cell_that_is_sealed_is_sealed_anew_and_opens_again(
    database: Database, data_dir: DataDir, planted: Planted
) -> None:
    before, secrets = sealed_cells(database), opened_secrets(database)
    database.rotate_key("ada", hand_over=False)
    after = sealed_cells(database)
    assert before.keys() == after.keys() and len(before) > 7
    assert not [place for place, sealed in after.items() if sealed == before[place]]
    again = open_database(data_dir.database_url, data_dir)
    assert opened_secrets(again) == secrets
    with again.reading() as transaction:
        assert_unseen("the audit", transaction.audit.latest(10_000), planted.cores.values())
    again.close()


def sealed_cells(database: Database) -> dict[tuple[str, str, int], str]:
    """Every cell of every table that holds a sealed text, whatever the code knows of it."""
    found = {}
    with database.reading() as transaction:
        for table in Base.metadata.sorted_tables:
            for number, row in enumerate(transaction.session.execute(select(table).order_by(*table.primary_key))):
                for column, cell in row._mapping.items():
                    if isinstance(cell, str) and cell.startswith("v1:"):
                        found[table.name, str(column), number] = cell
    return found


def test_an_export_has_no_secret_and_its_import_keeps_those_that_are_there(database: Database, planted: Planted) -> None:
    before = opened_secrets(database)
    with database.reading() as transaction:
        written = write_configuration(export_configuration(transaction), None)
    assert_unseen("the export", written, planted.cores.values())
    file = read_configuration(written, Path())
    assert_unseen("the file that was read", file, planted.cores.values())
    with database.begin() as transaction:
        import_configuration(transaction, file, "ada")
    assert opened_secrets(database) == before


def test_a_sealed_export_and_its_preview_show_neither_secrets_nor_the_passphrase(database: Database, planted: Planted) -> None:
    passphrase = core_of("passphrase") + AROUND
    cores = [*planted.cores.values(), core_of("passphrase")]
    seal = PassphraseSeal.new(passphrase)
    assert_unseen("the seal", seal, cores)
    with database.reading() as transaction:
        written = write_configuration(export_configuration(transaction, secrets=True), seal)
    assert_unseen("the sealed export", written, cores)
    file = read_configuration(written, Path(), passphrase)
    assert opened(file), "nothing was opened"
    assert_unseen("the file that was opened", file, cores)
    assert_unseen("the preview", preview_import(database, file, "ada"), cores)


def opened(file: ConfigurationFile) -> bool:
    return any(hasattr(getattr(each, "password", None), "get_secret_value") for each in file.configuration.mailboxes or ())


def test_a_wrong_passphrase_repeats_neither_it_nor_the_right_one(database: Database, planted: Planted) -> None:
    right, wrong = core_of("right"), core_of("wrong")
    with database.reading() as transaction:
        written = write_configuration(export_configuration(transaction, secrets=True), PassphraseSeal.new(right))
    with pytest.raises(WrongPassphrase) as caught:
        read_configuration(written, Path(), wrong)
    assert_unseen("the refusal", caught.value, [right, wrong, *planted.cores.values()])
    assert_unseen("its detail", caught.value.detail, [right, wrong])


def test_a_refused_configuration_file_repeats_no_secret_of_it() -> None:
    core = core_of("file")
    written = f'version: 1\nmailboxes:\n  - type: imap\n    server: mail.example.com\n    colour: red\n    password: "{core}"\n'
    with pytest.raises(ConfigurationRefused) as caught:
        read_configuration(written, Path())
    assert_unseen("the refusal", caught.value, [core])
    assert_unseen("its findings", caught.value.findings, [core])


def test_a_lost_key_tells_nothing_of_what_it_cannot_open(database: Database, data_dir: DataDir, planted: Planted) -> None:
    cores = [*planted.cores.values(), database.recovery_key]
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE mailboxes SET password = 'v1:' WHERE password IS NOT NULL"))
    with database.reading() as transaction:
        assert_unseen("mailboxes that do not open", transaction.mailboxes.all(secrets=True), cores)
    database.close()
    elsewhere = DataDir(data_dir.root / "elsewhere").make()
    with pytest.raises(WrongKey) as caught:
        open_database(data_dir.database_url, elsewhere)
    assert_unseen_in_problem(caught.value, cores)


def test_the_password_of_the_chosen_database_is_in_no_text(database: Database, data_dir: DataDir, planted: Planted) -> None:
    core = planted.cores["database-sqlserver.password"]
    url = chosen_url(data_dir)
    assert_unseen("the address", url, [core])
    assert_unseen("the choice", read_choice(data_dir), [core])
    for file in data_dir.root.rglob("*.json"):
        assert_unseen(str(file), file.read_bytes(), [core])
