"""What the console says of a database that it cannot use as it is, and what it offers (DB-03)."""

from __future__ import annotations

import pytest

from tests.console.conftest import Person, will_press
from trackit_console.console.database_banner import DatabaseBanner
from trackit_console.paths import DataDir
from trackit_console.store import schema
from trackit_console.store.backup_contents import contents_of
from trackit_console.store.backup_files import usual_folder
from trackit_console.store.database_setup import schema_state
from trackit_console.store.engine import make_engine
from trackit_console.store.schema import SchemaState
from trackit_console.store.schema_errors import SchemaMissing

pytestmark = pytest.mark.covers("DB-03")


@pytest.fixture
def data_dir(data_dir: DataDir) -> DataDir:
    """That of somebody who comes from an older version."""
    engine = make_engine(data_dir.database_url)
    schema.upgrade(engine, "0004")
    engine.dispose()
    return data_dir


def banner_of(person: Person) -> DatabaseBanner:
    [banner] = person.window.findChildren(DatabaseBanner)
    return banner


def test_an_older_database_is_upgraded_once_the_admin_agrees(
    person: Person, data_dir: DataDir, answers: list[tuple[str, str]]
) -> None:
    banner = banner_of(person)
    person.wait(lambda: banner.isVisible() and "older version" in banner.words)
    will_press("Cancel")
    person.click(banner.button)
    assert schema_state(data_dir.database_url) == (SchemaState.OLDER, "0004")
    will_press("Upgrade")
    person.click(banner.button)
    person.wait(lambda: not banner.isVisible())
    assert schema_state(data_dir.database_url) == (SchemaState.CURRENT, schema.HEAD)
    assert [words.split("?")[0] for words, _ in answers] == ["Upgrade the database to this version of the program"] * 2
    [backup] = usual_folder(data_dir.database).iterdir()
    assert contents_of(backup).revision == "0004"


def test_the_tables_of_an_empty_database_are_created_once_the_admin_agrees(
    person: Person, data_dir: DataDir, answers: list[tuple[str, str]]
) -> None:
    banner = banner_of(person)
    person.window.watch.stop()
    person.wait(lambda: not person.window.tasks.running)
    banner.show_lost(SchemaMissing(database="sql01 · TRACKIT"))
    assert banner.words.startswith("⚠  The database sql01 · TRACKIT is empty, or this account is in none of the roles")
    assert "create them with: trackit-console db upgrade" in banner.words
    assert banner.button.text() == "Create the tables…"
    will_press("Create")
    person.click(banner.button)
    [(words, _)] = answers
    assert words.startswith("The database sql01 · TRACKIT is empty, or this account is in none of the roles")
    assert "Create the tables now?" in words
    person.wait(lambda: schema_state(data_dir.database_url)[0] is SchemaState.CURRENT)
