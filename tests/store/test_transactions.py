"""What is committed stays, what is not is gone, one of two writers wins, and trouble with the database has words."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

import trackit_console
from tests.backlog import backlog_of
from trackit_console.cancel import Cancel, cancellable
from trackit_console.domain.audit import Audited
from trackit_console.domain.polling import Lease
from trackit_console.paths import DataDir
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store import engine as store_engine
from trackit_console.store.database import Database, open_database
from trackit_console.store.engine import DURABLE, WRITE, make_engine
from trackit_console.store.errors import Cancelled, DatabaseLocked, DiskFull
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.secrets import RecoveryKeyRefused, SecretBox, read_recovery_key

PACKAGE = Path(trackit_console.__file__).parent
MAILBOX = Imap(server="mail.example.com", port=993, user_account_name="a@example.com", password=SecretStr("canary-secret"))


def add(database: Database) -> Stored[Mailbox]:
    with database.begin() as transaction:
        return transaction.mailboxes.add(MAILBOX, "ada")


def mailboxes(database: Database) -> list[Stored[Mailbox]]:
    with database.reading() as transaction:
        return transaction.mailboxes.all(secrets=True)


def test_what_was_committed_is_there_again(database: Database, url: str, data_dir: DataDir) -> None:
    add(database)
    again = open_database(url, data_dir)
    assert [each.value for each in mailboxes(again)] == [MAILBOX.model_copy(update={"name": "a@example.com"})]
    again.close()


def test_an_exception_takes_everything_back(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as transaction:
        transaction.mailboxes.add(MAILBOX, "ada")
        raise RuntimeError
    assert mailboxes(database) == []
    with database.reading() as transaction:
        assert transaction.audit.latest() == []


@pytest.mark.covers("T-06")
def test_what_was_cancelled_before_it_was_committed_is_taken_back(database: Database) -> None:
    wish = Cancel()
    with cancellable(wish), pytest.raises(Cancelled), database.begin() as transaction:
        transaction.mailboxes.add(MAILBOX, "ada")
        wish.set()
    assert mailboxes(database) == []
    with cancellable(wish), pytest.raises(Cancelled):
        mailboxes(database)


@pytest.mark.covers("T-06")
def test_after_the_first_commit_it_is_too_late_to_cancel(database: Database) -> None:
    wish = Cancel()
    with cancellable(wish):
        add(database)
        wish.set()
        with database.begin() as transaction:
            transaction.audit.noted("added", Audited.MAILBOX, "ada", "what belongs to it")
        assert len(mailboxes(database)) == 1
    with cancellable(wish), pytest.raises(Cancelled):
        mailboxes(database)


@pytest.mark.covers("T-06")
def test_work_that_only_read_or_was_rolled_back_can_still_be_cancelled(database: Database) -> None:
    wish = Cancel()
    with cancellable(wish), pytest.raises(Cancelled):
        mailboxes(database)
        with pytest.raises(RuntimeError), database.begin() as transaction:
            transaction.mailboxes.add(MAILBOX, "ada")
            raise RuntimeError
        with database.unit_of_work() as work:
            work.transaction.mailboxes.add(MAILBOX, "ada")
        wish.set()
        add(database)
    assert mailboxes(database) == []


@pytest.mark.covers("T-06")
def test_what_was_committed_deep_down_cannot_be_cancelled_further_out(database: Database) -> None:
    wish = Cancel()
    with cancellable(wish):
        with cancellable(Cancel()):
            add(database)
        wish.set()
        assert len(mailboxes(database)) == 1


def test_nothing_that_is_written_while_reading_stays(database: Database) -> None:
    with database.reading() as transaction:
        transaction.mailboxes.add(MAILBOX, "ada")
    assert mailboxes(database) == []


@pytest.mark.covers("DB-04")
def test_of_two_who_save_one_version_the_second_is_told_what_was_saved(database: Database) -> None:
    stored = add(database)
    winners: list[str] = []
    conflicts: list[Conflict] = []
    both = threading.Barrier(2)

    def save(by: str) -> None:
        both.wait()
        try:
            with database.begin() as transaction:
                value = MAILBOX.model_copy(update={"name": by})
                transaction.mailboxes.save(Stored(stored.id, stored.version, value), by)
            winners.append(by)
        except Conflict as conflict:
            conflicts.append(conflict)

    threads = [threading.Thread(target=save, args=(by,)) for by in ("ada", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [conflict] = conflicts
    assert isinstance(conflict.saved, Stored)
    assert [conflict.saved.value.name] == winners == [each.value.name for each in mailboxes(database)]


@pytest.mark.covers("DB-04", "SEC-02")
def test_the_audit_tells_who_changed_what_and_masks_secrets(database: Database) -> None:
    stored = add(database)
    with database.begin() as transaction:
        transaction.mailboxes.save(Stored(stored.id, stored.version, MAILBOX.model_copy(update={"port": 143})), "bo")
    with database.reading() as transaction:
        changed, added = transaction.audit.latest()
        assert transaction.audit.revision().number == 3
    assert (added.actor, added.action, changed.actor, changed.action) == ("ada", "added", "bo", "changed")
    assert '"port": 993' in (changed.before or "")
    assert '"port": 143' in (changed.after or "")
    assert "canary" not in f"{added}{changed}"


@pytest.mark.covers("SEC-02")
def test_no_secret_lies_in_clear_in_any_file(file: DataDir, database: Database) -> None:
    add(database)
    database.close()
    for each in (found for found in file.root.rglob("*") if found.is_file()):
        assert b"canary-secret" not in each.read_bytes()


@pytest.mark.covers("SEC-02")
def test_a_sealed_secret_opens_only_in_its_place_and_with_its_key() -> None:
    from trackit_console.store.key_errors import WrongKey

    box = SecretBox(b"1" * 32)
    sealed = box.seal("secret", "mailboxes.password")
    assert box.open(sealed, "mailboxes.password") == "secret"
    for other, place in ((box, "outgoing.password"), (SecretBox(b"2" * 32), "mailboxes.password")):
        with pytest.raises(WrongKey):
            other.open(sealed, place)
    assert "1111" not in repr(box)


@pytest.mark.covers("SEC-02")
def test_a_recovery_key_is_read_again_and_a_typing_error_refused() -> None:
    key = SecretBox(b"k" * 32).recovery_key()
    assert read_recovery_key(f" {key.lower()} \n") == b"k" * 32
    for wrong in ("", "hello", key[:-1], key[:7] + key[8:], ("A" if key[0] != "A" else "B") + key[1:]):
        with pytest.raises(RecoveryKeyRefused):
            read_recovery_key(wrong)


# ---------------------------------------------------------------- trouble


@pytest.mark.covers("DB-05")
def test_a_full_disk_has_words_and_keeps_nothing_of_the_batch(file: DataDir, database: Database, lease: Lease) -> None:
    with database.reading() as transaction:
        pages = transaction.session.execute(text("PRAGMA page_count")).scalar_one()
    with pytest.raises(DiskFull) as caught, database.begin() as transaction:
        transaction.session.execute(text(f"PRAGMA max_page_count = {pages}"))
        transaction.session.execute(text("CREATE TABLE filler (bytes BLOB)"))
        transaction.session.execute(text("INSERT INTO filler VALUES (zeroblob(10000000))"))
    assert "no room left" in str(caught.value)
    assert backlog_of(database, lease.mailbox_id).unsettled == []


@pytest.mark.covers("DB-05")
def test_a_locked_database_has_words(file: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(file.database_url, file).close()
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    opened = open_database(file.database_url, file)
    other = sqlite3.connect(file.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseLocked) as caught:
            add(opened)
        assert "Another program keeps the database locked." in str(caught.value)
    finally:
        other.rollback()
        other.close()
    add(opened)
    opened.close()


@functools.cache
def problems() -> list[type]:
    """Every class that tells a person what went wrong. All modules that may declare one are imported."""
    from trackit_console.user_messages import Problem

    for file in sorted(PACKAGE.rglob("*.py")):
        if "remedy = QT_TRANSLATE_NOOP" in file.read_text("utf-8"):
            import_module(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"))

    def below(kind: type) -> list[type]:
        known: list[type] = kind.__subclasses__()
        return [each for one in known for each in (one, *below(one))]

    return [each for each in below(Problem) if "code" in vars(each)]


@pytest.mark.parametrize("problem", problems(), ids=lambda problem: problem.__name__)
def test_every_problem_has_a_code_of_its_own_a_sentence_and_a_remedy(problem: Callable[..., Exception]) -> None:
    codes = [vars(each)["code"] for each in problems()]
    kind = vars(problem)
    assert codes.count(kind["code"]) == (2 if kind["code"] == "cancelled" else 1)  # a connection's and a transaction's
    assert kind["sentence"]
    assert kind["remedy"] or kind["code"] == "cancelled"


def test_only_what_may_be_done_again_is_kept_without_waiting_for_the_disk(file: DataDir) -> None:
    """A record is durable before its message is deleted on the server; that it was deleted need not be."""
    engine = make_engine(file.database_url)
    levels = []
    for options in ({}, {DURABLE: False}, {}):
        with engine.connect().execution_options(**{WRITE: True}, **options) as connection, connection.begin():
            levels.append(connection.scalar(text("PRAGMA synchronous")))
    engine.dispose()
    full, normal = 2, 1
    assert levels == [full, normal, full]
