"""A database or a key that cannot be used: told in words, and left exactly as it was (DB-03, DB-05, SEC-02)."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import exc, text

from tests.servers.tds import Behaviour, tds_server
from tests.settings.samples import CANARY, SAMPLES, SECRET, imap
from tests.store.concurrency import at_once
from tests.store.conftest import ELSEWHERE
from tests.store.delivery_factory import take_in, ticket
from trackit_console.domain.polling import Lease
from trackit_console.paths import DataDir
from trackit_console.settings.database import SqlServerTarget
from trackit_console.store import engine as store_engine
from trackit_console.store import schema
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import enroll, require_schema, schema_state, upgrade_database
from trackit_console.store.database_url import shown_name, sql_server_url
from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import (
    DatabaseBusy,
    DatabaseLocked,
    DatabaseUnavailable,
    DiskFull,
    NotStorable,
    StoreError,
    UniqueTaken,
)
from trackit_console.store.opening_errors import DatabaseDamaged, DatabaseMissing
from trackit_console.store.schema import SchemaState
from trackit_console.store.schema_errors import SchemaMissing, SchemaNewer, SchemaOlder
from trackit_console.store.secrets import KEY_BYTES, RecoveryKeyRefused, SecretBox, read_recovery_key


def with_words(problem: StoreError) -> None:
    assert "{" not in str(problem)
    assert len(str(problem.message)) > 20
    assert len(str(problem.remedy_message)) > 20


def opening(data_dir: DataDir) -> Callable[[], object]:
    return lambda: open_database(data_dir.database_url, data_dir)


# ---------------------------------------------------------------- files that are not ours


def rubbish(file: Path) -> None:
    file.write_bytes(b"This was a letter to my aunt. " * 200)


def foreign(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()


def cut_short(file: Path) -> None:
    """The beginning of a database of ours: the header is right, what it points to is gone."""
    whole = file.read_bytes()
    file.write_bytes(whole[: 4096 * 3])


@pytest.mark.covers("DB-03", "DB-05")
@pytest.mark.parametrize("act", ["open", "state", "upgrade"])
@pytest.mark.parametrize("damage", [rubbish, foreign, cut_short], ids=lambda each: each.__name__)
def test_a_file_that_is_no_database_of_ours_is_told_and_not_changed(
    file: DataDir, new_file: bytes, damage: Callable[[Path], None], act: str
) -> None:
    if damage is cut_short:
        file.database.write_bytes(new_file)
    damage(file.database)
    before = file.database.read_bytes()
    if act == "state" and damage is foreign:
        assert schema_state(file.database_url) == (SchemaState.FOREIGN, None)
    else:
        with pytest.raises(DatabaseDamaged) as caught:
            {
                "open": opening(file),
                "state": lambda: schema_state(file.database_url),
                "upgrade": lambda: upgrade_database(file.database_url),
            }[act]()
        with_words(caught.value)
        assert file.database.name in str(caught.value)
    assert file.database.read_bytes() == before


@pytest.mark.covers("DB-03")
def test_a_newer_database_is_refused_and_not_changed(file: DataDir, database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    before = file.database.read_bytes()
    for act in (opening(file), lambda: upgrade_database(file.database_url), lambda: enroll(file.database_url, file, "")):
        with pytest.raises((SchemaNewer, RecoveryKeyRefused)):
            act()
    assert schema_state(file.database_url) == (SchemaState.NEWER, "9999")
    assert file.database.read_bytes() == before


@pytest.mark.covers("DB-03")
def test_an_older_database_is_not_upgraded_silently(file: DataDir, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.close()
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    monkeypatch.setattr(schema, "HEAD", "9999")
    before = file.database.read_bytes()
    with pytest.raises(SchemaOlder) as caught:
        opening(file)()
    with_words(caught.value)
    assert file.database.read_bytes() == before


@pytest.mark.covers("DB-03")
def test_an_empty_database_on_a_server_is_not_filled_silently() -> None:
    with tds_server(Behaviour(answers={"OBJECT_ID(N'alembic_version')": [[None]]})) as server:
        engine = make_engine(f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no")
        with pytest.raises(SchemaMissing) as caught:
            require_schema(engine)
        engine.dispose()
    with_words(caught.value)
    assert [each for each in server.heard if "OBJECT_ID" not in each and each not in ("begin", "rollback")] == []


@pytest.mark.covers("DB-03")
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(file: DataDir) -> None:
    connection = sqlite3.connect(file.database)
    connection.execute("CREATE TABLE outbox (something TEXT)")
    connection.commit()
    connection.close()
    before = file.database.read_bytes()
    engine = make_engine(file.database_url)
    with pytest.raises(exc.OperationalError):
        schema.upgrade(engine)
    engine.dispose()
    assert file.database.read_bytes() == before


@pytest.mark.covers("DB-03")
def test_what_is_asked_about_a_file_that_is_not_there_makes_none(file: DataDir) -> None:
    with pytest.raises(DatabaseMissing) as caught:
        schema_state(file.database_url)
    with_words(caught.value)
    assert not file.database.exists()


def test_an_upgrade_of_a_current_database_changes_nothing(file: DataDir, database: Database) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
    upgrade_database(file.database_url)
    assert schema_state(file.database_url) == (SchemaState.CURRENT, schema.HEAD)
    with database.reading() as transaction:
        assert len(transaction.mailboxes.all()) == 1


def a_folder(file: DataDir) -> None:
    file.database.mkdir()


def a_file_for_the_folder(file: DataDir) -> None:
    shutil.rmtree(file.root)
    file.root.write_text("in the way")


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize("trouble", [a_folder, a_file_for_the_folder], ids=lambda each: each.__name__)
def test_a_place_where_no_file_can_be_is_told(file: DataDir, trouble: Callable[[DataDir], None]) -> None:
    trouble(file)
    with pytest.raises(DatabaseUnavailable) as caught:
        opening(file)()
    with_words(caught.value)


@pytest.mark.covers("DB-05")
def test_a_folder_that_may_not_be_written_is_told(file: DataDir, database: Database) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        with database.begin() as transaction:
            transaction.session.execute(text("PRAGMA query_only = ON"))
        act: Callable[[], object] = lambda: add_to(database)  # noqa: E731 - this user may write everywhere
    else:
        database.close()
        file.root.chmod(0o500)
        act = opening(file)
    with pytest.raises(DatabaseUnavailable) as caught:
        act()
    with_words(caught.value)


def add_to(database: Database) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")


@pytest.mark.covers("DB-05", "RUN-03")
def test_what_a_lock_held_up_is_taken_when_it_is_gone(
    file: DataDir, database: Database, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    hasty = open_database(file.database_url, file)
    other = sqlite3.connect(file.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked) as caught:
        take_in(hasty, lease, [ticket("1")], "after")
    with_words(caught.value)
    with hasty.reading() as transaction:
        assert transaction.records.count() == 0
    other.rollback()
    other.close()
    assert len(take_in(hasty, lease, [ticket("1")], "after")) == 1
    hasty.close()


@pytest.mark.covers("DB-05")
def test_a_new_file_that_another_program_holds_is_told(
    file: DataDir, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(file.database, isolation_level=None)
    other.execute("PRAGMA journal_mode=DELETE")  # as a file is before this program has opened it for the first time
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked):
        opening(file)()
    other.rollback()
    other.close()


def test_readers_see_what_was_committed_while_a_writer_works(database: Database) -> None:
    with database.begin() as writer:
        writer.mailboxes.add(imap(), "ada")
        with database.reading() as reader:
            assert reader.mailboxes.all() == []
    with database.reading() as reader:
        assert len(reader.mailboxes.all()) == 1


def test_writers_of_one_program_wait_for_each_other(database: Database) -> None:
    def add(number: int) -> None:
        with database.begin() as transaction:
            transaction.mailboxes.add(imap(user_account_name=f"{number}@example.com"), "ada")

    assert at_once(*[lambda number=number: add(number) for number in range(8)]) == [None] * 8
    with database.reading() as transaction:
        assert len(transaction.mailboxes.all()) == 8
        assert transaction.audit.revision().number == 9


@pytest.mark.covers("RUN-02")
@pytest.mark.skipif(bool(ELSEWHERE), reason="writers wait for each other on SQLite; on a server they work side by side")
def test_writers_of_two_programs_wait_for_each_other(url: str, data_dir: DataDir, database: Database) -> None:
    other = open_database(url, data_dir)

    def add_many(program: Database, name: str) -> None:
        for number in range(15):
            with program.begin() as transaction:
                known = len(transaction.mailboxes.all())
                transaction.mailboxes.add(imap(user_account_name=f"{name}{number}@example.com", folder=str(known)), "ada")

    assert at_once(lambda: add_many(database, "a"), lambda: add_many(other, "b")) == [None, None]
    with other.reading() as transaction:
        assert {each.value.folder for each in transaction.mailboxes.all()} == {str(number) for number in range(30)}
    other.close()


# ---------------------------------------------------------------- what SQLite says


def raised(kind: type[exc.DBAPIError], words: str) -> exc.DBAPIError:
    return kind("a statement", {}, Exception(words))


@pytest.mark.covers("DB-05")
@pytest.mark.parametrize(
    ("kind", "words", "ours"),
    [
        (exc.OperationalError, "database is locked", DatabaseLocked),
        (exc.OperationalError, "database table is locked: records", DatabaseLocked),
        (exc.OperationalError, "database or disk is full", DiskFull),
        (exc.OperationalError, "unable to open database file", DatabaseUnavailable),
        (exc.OperationalError, "attempt to write a readonly database", DatabaseUnavailable),
        (exc.OperationalError, "disk I/O error", DatabaseDamaged),
        (exc.DatabaseError, "database disk image is malformed", DatabaseDamaged),
        (exc.DatabaseError, "file is not a database", DatabaseDamaged),
        (exc.IntegrityError, "UNIQUE constraint failed: deliveries.mailbox_id", UniqueTaken),
        (exc.IntegrityError, "NOT NULL constraint failed: deliveries.mailbox_id", NotStorable),
        (exc.InterfaceError, "Error binding parameter 3: type 'dict' is not supported", NotStorable),
        (exc.DataError, "string or blob too big", NotStorable),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else " ".join(each.split()[:5]),
)
def test_what_sqlite_says_becomes_what_to_do_next(kind: type[exc.DBAPIError], words: str, ours: type[StoreError]) -> None:
    with pytest.raises(StoreError) as caught, mapped("sql01 · TRACKIT"):
        raise raised(kind, words)
    assert type(caught.value) is ours
    assert caught.value.detail == words
    with_words(caught.value)


@pytest.mark.covers("DB-05")
def test_too_few_connections_are_no_fault_of_the_data() -> None:
    with pytest.raises(DatabaseBusy), mapped("x"):
        raise exc.TimeoutError("QueuePool limit of size 5 overflow 10 reached")


def test_a_mistake_of_ours_passes_unchanged() -> None:
    with pytest.raises(exc.OperationalError), mapped("x"):
        raise raised(exc.OperationalError, "no such table: ticket")
    with pytest.raises(ZeroDivisionError), mapped("x"):
        raise ZeroDivisionError


# ---------------------------------------------------------------- secrets


@pytest.mark.covers("SEC-02")
def test_no_secret_of_any_setting_lies_in_clear_in_file_or_log(file: DataDir, database: Database) -> None:
    mailboxes = [each for each in SAMPLES.values() if "type" in type(each).model_fields]
    with database.begin() as transaction:
        for number, each in enumerate(mailboxes):
            transaction.mailboxes.add(each.model_copy(update={"name": str(number), "folder": f"Folder {number}"}), "ada")  # type: ignore[arg-type]
        transaction.settings.save_outgoing(SAMPLES["outgoing-basic"], None, "ada")  # type: ignore[arg-type]
        passwords = transaction.session.scalars(text("SELECT password FROM mailboxes WHERE password IS NOT NULL")).all()
    assert len(set(passwords)) == len(passwords) == 3
    files = [each for each in file.root.rglob("*") if each.is_file()]
    assert any(each.name.endswith("-wal") for each in files)
    for needle in (CANARY.encode(), CANARY.encode("utf-16-le"), base64.b64encode(CANARY.encode())[:-3]):
        assert all(needle not in each.read_bytes() for each in files)


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE mailboxes SET client_secret = password, password = NULL, type = 'microsoft365'", id="another-column"
        ),
        pytest.param("UPDATE mailboxes SET password = 'v1:AAAA'", id="cut-short"),
        pytest.param("UPDATE mailboxes SET password = 'plain text'", id="never-sealed"),
        pytest.param("UPDATE mailboxes SET password = ''", id="empty"),
    ],
)
def test_a_sealed_secret_that_was_tampered_with_does_not_open(database: Database, statement: str) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET), "ada")
        transaction.session.execute(text(statement))
    with database.reading() as transaction:
        [stored] = transaction.mailboxes.all(secrets=True)
    assert "secret_unreadable" in [each.rule for each in stored.findings]
    assert not [value for _, value in stored.value if isinstance(value, SecretStr)]


@pytest.mark.covers("SEC-02")
def test_any_single_typing_error_in_a_recovery_key_is_refused() -> None:
    key = SecretBox(bytes(range(KEY_BYTES))).recovery_key()
    assert read_recovery_key(key.replace("-", " ").lower()) == bytes(range(KEY_BYTES))
    for at, letter in enumerate(key):
        if letter == "-":
            continue
        for wrong in ("A" if letter != "A" else "B", "", letter * 2, "1", "é"):
            with pytest.raises(RecoveryKeyRefused):
                read_recovery_key(key[:at] + wrong + key[at + 1 :])


# ---------------------------------------------------------------- addresses


@pytest.mark.covers("DB-01", "SEC-01")
def test_the_address_of_a_sql_server_encrypts_and_checks_and_shows_no_password() -> None:
    target = SAMPLES["database-sqlserver"]
    assert isinstance(target, SqlServerTarget)
    url = sql_server_url(target)
    assert url.password == CANARY
    assert (url.query["Encrypt"], url.query["TrustServerCertificate"]) == (
        "yes",
        "no" if target.validate_server_certificate else "yes",
    )
    assert shown_name(url) == "sql.example.com · TrackIt"
    instance = sql_server_url(SqlServerTarget(server="(local)\\HELP", database="T", encryption="strict"))
    assert (instance.host, instance.port, instance.query["Encrypt"]) == ("localhost\\HELP", None, "strict")
    windows = sql_server_url(SqlServerTarget(server="sql01", database="T"))
    assert (windows.username, windows.password, windows.query["TrustServerCertificate"]) == (None, None, "no")


def test_the_name_of_the_database_is_its_file(file: DataDir, database: Database) -> None:
    assert Path(database.name) == file.database
