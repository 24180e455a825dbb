"""Another key for a database, while others work with it: no secret is lost, and an old key that leaked is worthless (SEC-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from tests.settings.samples import OUTGOINGS, imap
from tests.store.concurrency import at_once
from trackit_console.paths import DataDir
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store import database as database_module
from trackit_console.store.database import Database, open_database
from trackit_console.store.database_setup import enroll
from trackit_console.store.key_errors import WrongKey
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("SEC-02")
Open = Callable[[DataDir], Database]


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Opens the database once more, as another program on a computer with this data directory."""
    with ExitStack() as closing:

        def open_it(data_dir: DataDir) -> Database:
            found = open_database(url, data_dir)
            closing.callback(found.close)
            return found

        yield open_it


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, url: str, database: Database) -> DataDir:
    """The data directory of another computer, which was enrolled."""
    found = DataDir(tmp_path_factory.mktemp("elsewhere"))
    found.keys.mkdir()
    enroll(url, found, database.recovery_key)
    return found


def add(database: Database, name: str, password: str) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(name=name, folder=name, password=SecretStr(password)), "ada")


def passwords(database: Database) -> dict[str, str | None]:
    with database.reading() as transaction:
        found = {}
        for each in transaction.mailboxes.all(secrets=True):
            assert isinstance(each.value, Imap)
            found[each.value.title] = each.value.password.get_secret_value() if each.value.password else None
        return found


def test_everything_is_readable_before_and_after_for_all_who_had_the_key(
    database: Database, data_dir: DataDir, elsewhere: DataDir, opened: Open
) -> None:
    add(database, "one", "first")
    with database.begin() as transaction:
        transaction.settings.save_outgoing(OUTGOINGS["outgoing-basic"], None, "ada")
    same_computer, other_computer = opened(data_dir), opened(elsewhere)
    before = database.recovery_key
    after = database.rotate_key("ada")
    assert after != before and database.recovery_key == after
    for each in (database, same_computer, other_computer):
        assert passwords(each) == {"one": "first"}
        with each.reading() as transaction:
            outgoing = transaction.settings.outgoing(secrets=True)
        assert (
            outgoing is not None and isinstance(outgoing.value, BasicOutgoing) and outgoing.value == OUTGOINGS["outgoing-basic"]
        )
        assert each.recovery_key == after
    # Also by those who open it later, and by computers that were off for several changes.
    asleep = opened(elsewhere)
    database.rotate_key("ada")
    database.rotate_key("ada")
    assert passwords(asleep) == passwords(opened(elsewhere)) == passwords(opened(data_dir)) == {"one": "first"}


def test_what_another_program_saves_after_it_is_readable_for_all(database: Database, elsewhere: DataDir, opened: Open) -> None:
    other = opened(elsewhere)
    database.rotate_key("ada")
    add(other, "two", "second")
    assert passwords(database) == {"two": "second"}


def test_at_once_the_old_key_opens_nothing_and_seals_nothing(
    database: Database, url: str, elsewhere: DataDir, opened: Open
) -> None:
    add(database, "one", "first")
    other = opened(elsewhere)
    new = database.rotate_key("ada", hand_over=False)
    assert passwords(database) == {"one": "first"}
    assert passwords(other) == {"one": None}
    with pytest.raises(WrongKey):
        add(other, "two", "second")
    with pytest.raises(WrongKey):
        opened(elsewhere)
    enroll(url, elsewhere, new)
    assert passwords(opened(elsewhere)) == {"one": "first"}


def test_at_once_ends_what_earlier_changes_handed_over(database: Database, elsewhere: DataDir, opened: Open) -> None:
    database.rotate_key("ada")
    database.rotate_key("ada", hand_over=False)
    with pytest.raises(WrongKey):
        opened(elsewhere)


def test_who_changes_the_key_after_another_has_goes_on_from_theirs(database: Database, elsewhere: DataDir, opened: Open) -> None:
    """Nothing was sealed or opened in between by which this program would have noticed."""
    add(database, "one", "first")
    other = opened(elsewhere)
    other.rotate_key("grace")
    database.rotate_key("ada")
    assert passwords(database) == passwords(other) == {"one": "first"}
    assert database.recovery_key == other.recovery_key


def test_who_does_not_have_the_key_any_more_cannot_change_it(database: Database, elsewhere: DataDir, opened: Open) -> None:
    add(database, "one", "first")
    other = opened(elsewhere)
    other.rotate_key("grace", hand_over=False)
    before = other.recovery_key
    with pytest.raises(WrongKey):
        database.rotate_key("ada")
    assert passwords(other) == {"one": "first"}
    assert other.recovery_key == before


def test_a_change_that_fails_leaves_the_key_as_it_was(
    database: Database, data_dir: DataDir, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, "one", "first")
    before = database.recovery_key

    def fails(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(database_module, "rotate", fails)
        database.rotate_key("ada")
    assert database.recovery_key == before
    assert passwords(database) == passwords(opened(data_dir)) == {"one": "first"}


def test_a_process_that_dies_right_after_the_commit_loses_nothing(
    database: Database, data_dir: DataDir, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, "one", "first")

    def dies(_self: object, _key: bytes) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("trackit_console.store.key_storage.KeyStorage.keep", dies)
        database.rotate_key("ada", hand_over=False)
    assert passwords(opened(data_dir)) == {"one": "first"}
    assert passwords(opened(data_dir)) == {"one": "first"}


def test_saves_that_race_with_changes_of_the_key_lose_no_secret(database: Database, elsewhere: DataDir, opened: Open) -> None:
    other = opened(elsewhere)

    def saves(into: Database, prefix: str) -> None:
        for number in range(15):
            add(into, f"{prefix}{number}", f"{prefix}-secret-{number}")

    def changes() -> None:
        for _ in range(5):
            database.rotate_key("ada")

    results = at_once(lambda: saves(database, "a"), lambda: saves(other, "b"), changes)
    assert [each for each in results if each is not None] == []
    wanted = {f"{prefix}{number}": f"{prefix}-secret-{number}" for prefix in "ab" for number in range(15)}
    assert passwords(database) == passwords(other) == wanted


def test_a_secret_that_could_not_be_read_before_stays_as_it_is(database: Database) -> None:
    add(database, "one", "first")
    add(database, "two", "second")
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE mailboxes SET password = 'v1:AAAA' WHERE name = 'one'"))
    database.rotate_key("ada")
    assert passwords(database) == {"one": None, "two": "second"}


def test_it_is_in_the_audit_without_the_key(database: Database) -> None:
    key = database.rotate_key("ada")
    with database.reading() as transaction:
        [entry] = transaction.audit.latest()
    assert (entry.actor, entry.action, entry.kind) == ("ada", "key_changed", "database")
    assert key not in repr(entry)


def test_a_form_that_was_open_meanwhile_keeps_the_stored_secret(database: Database) -> None:
    add(database, "one", "first")
    with database.reading() as transaction:
        [shown] = transaction.mailboxes.all()
    database.rotate_key("ada")
    with database.begin() as transaction:
        transaction.mailboxes.save(Stored(shown.id, shown.version, shown.value.model_copy(update={"log_events": True})), "ada")
    assert passwords(database) == {"one": "first"}
