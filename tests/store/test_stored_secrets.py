"""Secrets stay sealed unless somebody signs in with them: forms, lists and snapshots see that there is one (SEC-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from sqlalchemy import text

from tests.clock import BEGINNING
from tests.settings.samples import CANARY, MAILBOXES, OUTGOINGS, SECRET, imap, microsoft365
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.stored_secret import StoredSecret
from trackit_console.store.config_export import export_configuration
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored, with_secrets_of
from trackit_console.store.secrets import SecretBox
from trackit_console.store.snapshot_reader import read_settings, read_snapshot

SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=587, user_account_name="a", password=SECRET, from_address="a@example.com"
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places whose secrets were opened."""
    places: list[str] = []
    really: Callable[[SecretBox, str, str], str] = SecretBox.open

    def watched(self: SecretBox, sealed: str, place: str) -> str:
        places.append(place)
        return really(self, sealed, place)

    monkeypatch.setattr(SecretBox, "open", watched)
    return places


def sealed(database: Database, table: str = "mailboxes") -> str | None:
    with database.reading() as transaction:
        found: str | None = transaction.session.execute(text(f"SELECT password FROM {table}")).scalar_one()
        return found


def secrets_of(value: BaseModel) -> dict[str, object]:
    return {name: each for name, each in value if isinstance(each, SecretStr)}


@pytest.mark.covers("SEC-02")
def test_whoever_only_looks_opens_no_secret(database: Database, opened: list[str]) -> None:
    samples: list[Any] = list(MAILBOXES.values())
    with database.begin() as transaction:
        for number, sample in enumerate(samples):
            added = transaction.mailboxes.add(sample.model_copy(update={"name": str(number), "folder": str(number)}), "ada")
            transaction.mailboxes.save(added, "ada")
        transaction.settings.save_outgoing(SMTP, None, "ada")
        transaction.settings.save_outgoing(SMTP, 1, "ada")
        export_configuration(transaction)
    with database.reading() as transaction:
        snapshot = read_snapshot(transaction, BEGINNING)
    assert opened == []
    assert snapshot.outgoing is not None
    values = [*(each.value for each in snapshot.mailboxes), snapshot.outgoing.value]
    assert [set(secrets_of(each).values()) for each in values] == [{StoredSecret()}] * len(values)
    assert CANARY not in repr(snapshot)


@pytest.mark.covers("SEC-02", "RUN-01")
def test_whoever_signs_in_gets_the_secrets_by_asking(database: Database) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(password=SECRET), "ada")
        transaction.settings.save_outgoing(SMTP, None, "ada")
    with database.reading() as transaction:
        snapshot = read_settings(transaction, secrets=True)
    assert [each.value for each in snapshot.mailboxes] == [imap(password=SECRET, name="support@example.com")]
    assert snapshot.settings.outgoing == SMTP


@pytest.mark.covers("IN-12", "SEC-02")
def test_saving_a_secret_that_was_not_opened_leaves_the_column_as_it_is(database: Database) -> None:
    with database.begin() as transaction:
        added = transaction.mailboxes.add(imap(password=SECRET), "ada")
        transaction.settings.save_outgoing(SMTP, None, "ada")
    before = sealed(database), sealed(database, table="outgoing")
    with database.begin() as transaction:
        transaction.mailboxes.save(Stored(added.id, 1, added.value.model_copy(update={"port": 1993})), "ada")
        outgoing = transaction.settings.outgoing()
        assert outgoing is not None
        transaction.settings.save_outgoing(outgoing.value.model_copy(update={"port": 25}), outgoing.version, "ada")
        [*_, change] = transaction.audit.latest(1)
    assert (sealed(database), sealed(database, table="outgoing")) == before
    assert str(before[0]) not in (change.before or "")
    assert '"password": "********"' in (change.before or "")


@pytest.mark.covers("IN-12")
def test_a_secret_that_was_typed_or_taken_away_is_kept_so(database: Database) -> None:
    with database.begin() as transaction:
        added = transaction.mailboxes.add(imap(password=SECRET), "ada")
        typed = added.value.model_copy(update={"password": SecretStr("second")})
        saved = transaction.mailboxes.save(Stored(added.id, 1, typed), "ada")
        assert transaction.mailboxes.get(added.id, secrets=True).value.password == SecretStr("second")  # type: ignore[union-attr]
        transaction.mailboxes.save(Stored(added.id, saved.version, saved.value.model_copy(update={"password": None})), "ada")
    assert sealed(database) is None


@pytest.mark.covers("IN-12")
def test_a_new_mailbox_has_no_secret_to_keep(database: Database) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(password=StoredSecret()), "ada")
    assert sealed(database) is None


@pytest.mark.parametrize("name", [*MAILBOXES, *OUTGOINGS])
def test_a_test_connection_uses_stored_secrets_where_nothing_was_typed(name: str) -> None:
    sample: Any = (MAILBOXES | OUTGOINGS)[name]
    form = sample.model_copy(update=dict.fromkeys(secrets_of(sample), StoredSecret("v1:")))
    assert with_secrets_of(form, sample) == sample
    typed = sample.model_copy(update=dict.fromkeys(secrets_of(sample), SecretStr("typed")))
    assert with_secrets_of(typed, sample) == typed
    assert set(secrets_of(with_secrets_of(form, microsoft365())).values()) == set()
