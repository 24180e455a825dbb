"""The audit as a list: which entries match, in which order, and who changed an object last (DB-04)."""

from __future__ import annotations

import platform
from datetime import timedelta

import pytest

from tests.clock import ManualClock
from tests.settings.samples import imap
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store import audit_list
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("DB-04")


@pytest.fixture
def kept(database: Database, clock: ManualClock) -> Database:
    """A mailbox by ada, a day later a requestor by grace, and a restart by ada."""
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(name="Support", user_account_name="EXAMPLE\\support"), "ada")
    clock.advance(86_400)
    with database.begin() as transaction:
        transaction.requestors.add(Requestor(name="Cy 100% [x]", email="cy@example.com"), "grace")
        transaction.audit.noted("restarted", Audited.MONITOR, "ada")
    return database


def found(database: Database, query: AuditQuery) -> list[str]:
    with database.reading() as transaction:
        entries = transaction.audit_list.page(query)
        assert transaction.audit_list.count(query) == len(entries)
        return [each.kind for each in entries]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AuditQuery(), ["email_monitor", "requestor", "mailbox"]),
        (AuditQuery("SUPPORT"), ["mailbox"]),
        (AuditQuery("EXAMPLE\\support"), ["mailbox"]),
        (AuditQuery("100% [x]"), ["requestor"]),
        (AuditQuery("cy@example.com"), ["requestor"]),
        (AuditQuery(" grace "), ["requestor"]),
        (AuditQuery("nobody"), []),
        (AuditQuery(kind="mailbox"), ["mailbox"]),
        (AuditQuery(actor="ada"), ["email_monitor", "mailbox"]),
    ],
    ids=["all", "name", "backslash", "signs", "value", "who", "nothing", "kind", "actor"],
)
def test_entries_are_found_by_object_value_and_person(kept: Database, query: AuditQuery, expected: list[str]) -> None:
    assert found(kept, query) == expected


def test_a_period_leaves_out_what_is_older(kept: Database, clock: ManualClock) -> None:
    assert found(kept, AuditQuery(since=clock.now() - timedelta(hours=1))) == ["email_monitor", "requestor"]


def test_an_entry_names_the_computer(kept: Database) -> None:
    with kept.reading() as transaction:
        entries = transaction.audit_list.page(AuditQuery())
    assert {each.host for each in entries} == {platform.node()}
    assert len(found(kept, AuditQuery(platform.node()))) == 3


def test_parts_and_the_whole_are_newest_first(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_list, "PART", 2)
    with kept.reading() as transaction:
        listed = transaction.audit_list
        whole = [each.id for each in listed.every(AuditQuery())]
        assert whole == sorted(whole, reverse=True) and len(whole) == 3
        assert [each.id for each in (*listed.page(AuditQuery(), 2), *listed.page(AuditQuery(), 2, 2))] == whole
        assert listed.actors() == ["ada", "grace"]


def test_the_last_change_of_an_object_is_found_however_much_was_done_since(kept: Database) -> None:
    with kept.begin() as transaction:
        transaction.audit.noted_each("retried", Audited.MESSAGE, "cleo", [str(number) for number in range(300)])
    with kept.reading() as transaction:
        last = transaction.audit_list.last_change("mailbox", "Support")
        assert last is not None and last.actor == "ada"
        assert transaction.audit_list.last_change("mailbox", "Sales") is None


def test_an_object_is_followed_through_its_names(database: Database) -> None:
    with database.begin() as transaction:
        added = transaction.technicians.add(Technician(name="Ada", email="a@example.com"), "ada")
        second = transaction.technicians.save(Stored(added.id, 1, Technician(name="Ada", email="b@example.com")), "ada")
        transaction.technicians.save(Stored(second.id, 2, Technician(name="Ada", email="c@example.com")), "ada")
    with database.reading() as transaction:
        *_, first = transaction.audit_list.page(AuditQuery())
        assert transaction.audit_list.name_today(first) == "c@example.com"
