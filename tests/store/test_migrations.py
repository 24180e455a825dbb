"""The schema that migrations make is the schema that the program uses; flags of the reference product stay (DB-03, MON-06)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tests.store.concurrency import at_once
from trackit_console.domain.addresses import address_key
from trackit_console.domain.directory import LookupRequest
from trackit_console.domain.effects import Change, CreateRecord
from trackit_console.domain.records import Module, NoteKind, Placeholder, Priority, RecordRef, Status, TicketSource
from trackit_console.paths import DataDir
from trackit_console.settings.default_file_types import DEFAULT_RESTRICTED_FILE_TYPES
from trackit_console.settings.filters import Filters
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.post_action import POST_ACTION_PROPERTY, PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store import schema
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import schema_state, upgrade_database
from trackit_console.store.engine import make_engine
from trackit_console.store.schema_errors import SchemaOlder
from trackit_console.store.tables import Base


@pytest.mark.covers("DB-03")
def test_migrated_is_the_same_as_declared(database: Database, url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


@pytest.mark.covers("DB-03")
def test_the_program_knows_every_revision() -> None:
    files = sorted(file.name[:4] for file in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert files == list(schema.REVISIONS)


@pytest.mark.covers("FIL-01", "MSG-04", "MON-06", "MON-01")
def test_a_fresh_database_holds_the_documented_defaults(database: Database) -> None:
    with database.reading() as transaction:
        assert transaction.settings.filters().value == Filters()
        assert transaction.settings.monitor().value == MonitorSettings(post_action=PostAction.MOVE)
        assert transaction.settings.file_types().value.restricted_file_types == sorted(DEFAULT_RESTRICTED_FILE_TYPES)
        assert len(transaction.settings.filters().value.sender) == 4
        assert len(transaction.settings.filters().value.subject) == 15


@pytest.mark.covers("MON-06")
@pytest.mark.parametrize(("flag", "expected"), [(None, PostAction.MARK_READ), ("1", PostAction.DELETE)])
def test_a_database_of_the_reference_product_keeps_its_flags(
    url: str, data_dir: DataDir, flag: str | None, expected: PostAction
) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE NAMSYSProperties (NAME NVARCHAR(255) NOT NULL PRIMARY KEY, VALUE NVARCHAR(4000) NOT NULL)")
        )
        insert = text("INSERT INTO NAMSYSProperties (NAME, VALUE) VALUES (:name, :value)")
        connection.execute(insert, {"name": "other", "value": "kept"})
        if flag:
            connection.execute(insert, {"name": POST_ACTION_PROPERTY, "value": flag})
    schema.upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT VALUE FROM NAMSYSProperties WHERE NAME = 'other'")).scalar_one()
    assert kept == "kept"
    engine.dispose()
    opened = open_database(url, data_dir)
    with opened.reading() as transaction:
        assert transaction.settings.monitor().value.post_action is expected
    opened.close()


@pytest.mark.covers("DB-03")
def test_an_older_schema_is_upgraded_only_when_asked(
    database: Database, url: str, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(SchemaOlder):
        open_database(url, data_dir)
    assert schema_state(url) == (schema.SchemaState.OLDER, schema.REVISIONS[-2])


@pytest.mark.covers("DB-03", "MON-06")
def test_sql_to_be_run_later_leaves_a_table_of_flags_that_is_there() -> None:
    batches = schema.upgrade_sql("mssql+pyodbc://server/db?driver=x").split("GO")
    [kept, made, set_now] = [" ".join(each.split()) for each in batches if "[NAMSYSProperties]" in each and "GRANT" not in each]
    assert kept.removeprefix("-- Running upgrade -> 0001 ").startswith(
        "IF OBJECT_ID(N'NAMSYSProperties') IS NOT NULL INSERT INTO [NAMSYSProperties] ([NAME], [VALUE]) SELECT"
    )
    assert "N'0'" in kept
    assert made.startswith("IF OBJECT_ID(N'NAMSYSProperties') IS NULL CREATE TABLE [NAMSYSProperties]")
    assert "N'2'" in set_now
    assert "WHERE NOT (EXISTS" in set_now


# ---------------------------------------------------------------- from the first schema to the second

OLD_ROWS = """
INSERT INTO mailboxes (id, version, type, name, enabled, log_events, folder) VALUES (1, 1, 'imap', 'Support', 1, 0, 'INBOX');
INSERT INTO mailbox_leases (mailbox_id, token, expires_at) VALUES (1, 4, '2026-01-01 00:00:00.000000');
INSERT INTO mailbox_state (mailbox_id, cursor, failures, error_step, error_code, error_detail, error_remedy, poll_requests)
  VALUES (1, 'there', 2, 'sign_in', 'wrong_password', 'in English', 'in English too', 5);
INSERT INTO requestors (id, name, email, address, created_at)
  VALUES (1, 'Bo', 'Bo@xn--bcher-kva.example', 'bo@xn--bcher-kva.example', '2026-01-01 00:00:00.000000');
INSERT INTO technicians (id, name, email) VALUES (1, 'Ada', 'ada@example.com');
INSERT INTO technician_addresses (address, technician_id, position, written) VALUES ('ada@example.com', 1, 0, 'ada@example.com');
INSERT INTO records (id, version, module, subject, status, priority, source, requestor_id, created_at, updated_at) VALUES
  (7, 1, 'Ticket', '(no subject)', 'Open', 'Medium', 'Email', 1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'),
  (9, 1, 'Ticket', 'Door', 'Closed', 'Urgent', 'Email', NULL, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000');
INSERT INTO deliveries (id, mailbox_id, ref_key, scope, uid, outcome, size, tries, seen_at, recorded_at) VALUES
  (3, 1, 'k', '1 INBOX', '8', 'created', 10, 1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000');
INSERT INTO raw_messages (delivery_id, content) VALUES (3, x'4142');
INSERT INTO activity (delivery_id, at, mailbox_id, sender, subject, outcome, module, record_id, reasons)
  VALUES (3, '2026-01-01 00:00:00.000000', 1, 'bo', 's', 'created', 'Ticket', 7, '[["no_keyword", {}]]');
INSERT INTO notes (id, record_id, delivery_id, kind, at, author, text) VALUES
  (1, 7, 3, 'Email Received', '2026-01-01 00:00:00.000000', 'Bo', 'please'),
  (2, 7, 3, 'System', '2026-01-01 00:00:00.000000', 'Email Monitor', 'told in English');
INSERT INTO attachments (id, note_id, name, content_type, size, sha256, stored) VALUES (1, 1, 'a.pdf', 'b', 3, 'x', 1);
INSERT INTO audit (id, at, actor, action, subject) VALUES
  (1, '2026-01-01 00:00:00.000000', 'ada', 'added', 'mailbox Support'),
  (2, '2026-01-01 00:00:00.000000', 'ada', 'changed', 'email monitor settings'),
  (3, '2026-01-01 00:00:00.000000', 'ada', 'started', 'email monitor'),
  (4, '2026-01-01 00:00:00.000000', 'ada', 'discarded', 'message 12');
"""


@pytest.fixture
def upgraded(file: DataDir, data_dir: DataDir) -> Iterator[Database]:
    """A database of the first schema with a row of each kind, brought to today's."""
    engine = make_engine(data_dir.database_url)
    schema.upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in OLD_ROWS.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
    engine.dispose()
    upgrade_database(data_dir.database_url)
    database = open_database(data_dir.database_url, data_dir)
    yield database
    database.close()


@pytest.mark.covers("DB-03")
def test_records_and_notes_of_the_first_schema_become_codes_and_stay(upgraded: Database) -> None:
    with upgraded.reading() as transaction:
        door, nameless = transaction.records.page()
        received, told = transaction.records.notes([7])[7]
        line = transaction.activity.time_line(3)
        broken = transaction.session.execute(text("PRAGMA foreign_key_check")).all()
    assert (door.status, door.priority, door.source) == (Status.CLOSED, Priority.URGENT, TicketSource.EMAIL)
    assert (nameless.status, nameless.priority, nameless.subject) == (Status.OPEN, Priority.MEDIUM, "")
    assert (received.kind, received.text, [each.name for each in received.attachments]) == (
        NoteKind.EMAIL_RECEIVED,
        "please",
        ["a.pdf"],
    )
    assert (told.kind, told.author, told.text) == (NoteKind.SYSTEM, "", "told in English")
    assert (line.activity.record, line.raw_kept, line.headers_only) == (RecordRef(Module.TICKET, 7), True, False)
    assert broken == []


@pytest.mark.covers("DB-03", "RUN-08")
def test_mail_of_the_first_schema_is_found_before_it_is_indexed_and_after(upgraded: Database) -> None:
    for waits in (True, False):
        assert upgraded.look("host", None).unindexed is waits
        with upgraded.reading() as transaction:
            assert [each.delivery_id for each in transaction.activity.page(ActivityQuery("BO"))] == [3]
        upgraded.word_index.step()


@pytest.mark.covers("DB-03", "RUN-03")
def test_the_place_in_a_mailbox_is_kept_and_the_last_error_is_said_anew_by_the_next_visit(upgraded: Database) -> None:
    with upgraded.reading() as transaction:
        state = transaction.mailbox_states.state(1)
    assert (state.cursor, state.failures, state.error, state.poll_requests) == ("there", 2, None, 5)
    with upgraded.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(1, "here")
        assert lease is not None and (lease.token, lease.cut_off) == (5, False)


@pytest.mark.covers("DB-03", "IN-19")
def test_an_imap_mailbox_goes_on_signing_in_with_its_password(upgraded: Database) -> None:
    with upgraded.begin() as transaction:
        # What the old row of this test leaves out was always there.
        filled = "port = 993, use_ssl = 1, starttls = 0, validate_server_certificate = 1, server = 'a.example', user_account_name = 'a'"
        transaction.session.execute(text(f"UPDATE mailboxes SET {filled}"))
        [mailbox] = transaction.mailboxes.all()
    assert isinstance(mailbox.value, Imap)
    assert (mailbox.value.authentication, mailbox.findings) == ("password", ())


@pytest.mark.covers("DB-04")
def test_what_was_audited_is_told_apart_by_kind_and_name(upgraded: Database) -> None:
    with upgraded.reading() as transaction:
        entries = [(each.kind, each.name) for each in transaction.audit.latest()]
    assert entries == [("message", "12"), ("email_monitor", ""), ("email_monitor_settings", ""), ("mailbox", "Support")]


@pytest.mark.covers("MSG-03")
def test_an_address_that_was_kept_in_another_spelling_is_found(upgraded: Database) -> None:
    with upgraded.unit_of_work() as work:
        found = work.look_up(LookupRequest(addresses=frozenset([address_key("bo@bücher.example")])))
    assert [each.name for each in found.requestors.values()] == ["Bo"]


def test_numbers_of_tickets_go_on_behind_the_highest(upgraded: Database) -> None:
    with upgraded.unit_of_work() as work:
        made = CreateRecord(Placeholder("x"), Module.TICKET, "x", Priority.LOW, TicketSource.EMAIL)
        [applied] = work.apply([Change((made,))])
    assert list(applied.created.values()) == [RecordRef(Module.TICKET, 10)]


@pytest.mark.covers("DB-03")
def test_several_databases_are_made_at_the_same_time(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / f'{number}.sqlite3'}" for number in range(4)]
    results = at_once(*[partial(upgrade_database, url) for url in urls], lambda: schema.upgrade_sql("mssql+pyodbc://server/db"))
    assert [each for each in results if isinstance(each, Exception)] == []
    assert {schema_state(url)[0] for url in urls} == {schema.SchemaState.CURRENT}
