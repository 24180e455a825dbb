"""A change of the audit is taken back: for every kind of settings, with the guards of its repository (DB-04)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from tests.settings.samples import SAMPLES, imap
from tests.store.delivery_factory import take_in, ticket
from tests.store.test_overtaken_claims import just_before
from trackit_console.domain.audit import Audited
from trackit_console.domain.polling import Lease
from trackit_console.settings.field_changes import state_of
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.settings.validation import finding
from trackit_console.store.audit import AuditEntry
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.audited_json import masked
from trackit_console.store.database import Database
from trackit_console.store.rollback_errors import (
    ChangedObjectGone,
    FormerStateRefused,
    NothingToUndo,
    ObjectThereAgain,
    OnlySecretsChanged,
    SecretOfPresentAccount,
    UndoneAlready,
)
from trackit_console.store.rollback_kinds import KINDS
from trackit_console.store.rollbacks import Step, Undoing, can_undo
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict, TemplateInUse
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("DB-04")
Change = Callable[[Any], BaseModel]


def update(**changes: object) -> Change:
    return lambda value: value.model_copy(update=changes)


CHANGES: Mapping[Audited, Change] = {
    Audited.MONITOR_SETTINGS: update(poll_interval=17, message_size_limit=5),
    Audited.FILTERS: update(accept_from="technicians", sender=[FilterRule(text="spam@example.com")]),
    Audited.FILE_TYPES: update(restricted_file_types=["exe", "zip"]),
    Audited.LOOP_PROTECTION: update(answers_per_sender=99),
    Audited.EMAIL_COMMANDS: update(create_ticket=True, trusted_server="mx.example.com"),
    Audited.BUSINESS_HOURS: lambda _value: SAMPLES["business-hours"],
    Audited.BACKUPS: update(time="23:30", kept_days=30),
    Audited.RETENTION: update(activity=90, audit=400),
    Audited.OUTGOING_EMAIL: update(port=2526),
    Audited.MAILBOX: update(name="Sales", port=1993, poll_interval=3),
    Audited.TICKET_TEMPLATE: update(name="Other", subject="Changed"),
    Audited.TECHNICIAN: update(email="other@example.com", mapped_addresses=[]),
    Audited.REQUESTOR: update(email="other@example.com"),
    Audited.NOTIFICATION_TEMPLATE: update(name="Other", text="Hello"),
    Audited.NOTIFICATION: update(name="Other", enabled=False),
    Audited.NOTIFICATION_SCHEDULE: update(name="Other", digest="hourly"),
    Audited.BUSINESS_RULE: update(name="Other", conditions=[], delay=None),
    Audited.SERVICE_LEVEL: update(name="Other", closing_minutes=9_000),
    Audited.REPORT: update(name="Other", recipients=["x@example.com"]),
}
"""A change of each kind. A kind that can be taken back and is not here fails the first test."""
ADDED: Mapping[Audited, BaseModel] = {
    Audited.MAILBOX: imap(name="Support", password=SecretStr("x")),
    Audited.TICKET_TEMPLATE: TicketTemplate(name="Printer", subject="Printer", priority="High"),
    Audited.TECHNICIAN: Technician(name="Cleo", email="cleo@example.com", mapped_addresses=["cleo@home.example"]),
    Audited.REQUESTOR: SAMPLES["requestor"],
    Audited.NOTIFICATION_TEMPLATE: SAMPLES["notification-template"].model_copy(update={"name": "Mine"}),
    Audited.NOTIFICATION: SAMPLES["notification"],
    Audited.NOTIFICATION_SCHEDULE: SAMPLES["notification-schedule"],
    Audited.BUSINESS_RULE: SAMPLES["business-rule"],
    Audited.SERVICE_LEVEL: SAMPLES["service-level"],
    Audited.REPORT: SAMPLES["report"],
}


@pytest.fixture
def settings(database: Database) -> Database:
    """One object of each kind, what they name among them."""
    with database.begin() as transaction:
        if transaction.notification_templates.named("Due soon") is None:
            transaction.notification_templates.add(SAMPLES["notification-template"], "setup")  # type: ignore[arg-type]
        transaction.settings.save_outgoing(SAMPLES["outgoing-basic"], None, "setup")  # type: ignore[arg-type]
        transaction.technicians.add(Technician(name="Ada", email="ada@example.com"), "setup")
        for kind, value in ADDED.items():
            add = KINDS[kind].add
            assert add is not None
            add(transaction, value, "setup")
    return database


def name_in(kind: Audited) -> str:
    value: Any = ADDED.get(kind)
    return "" if value is None else value.email if kind in (Audited.TECHNICIAN, Audited.REQUESTOR) else value.name


def present(transaction: Transaction, kind: Audited, name: str) -> Stored[Any]:
    stored = KINDS[kind].find(transaction, name)
    assert stored is not None
    return stored


def change(database: Database, kind: Audited, name: str, how: Change, by: str = "ada") -> AuditEntry:
    """Changes an object, and answers the entry of the audit."""
    with database.begin() as transaction:
        stored = present(transaction, kind, name)
        KINDS[kind].save(transaction, Stored(stored.id, stored.version, how(stored.value)), by)
    return newest(database)


def newest(database: Database, number: int = 0) -> AuditEntry:
    with database.reading() as transaction:
        return transaction.audit_list.page(AuditQuery())[number]


def plan(database: Database, entry: AuditEntry) -> Undoing:
    with database.reading() as transaction:
        return transaction.rollbacks.plan(entry.id)


def undo(database: Database, undoing: Undoing, chosen: tuple[str, ...] = ()) -> None:
    with database.begin() as transaction:
        transaction.rollbacks.carry_out(undoing, "grace", chosen)


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_that_is_taken_back_leaves_the_settings_as_they_were(settings: Database, kind: Audited) -> None:
    with settings.reading() as transaction:
        before = present(transaction, kind, name_in(kind))
    entry = change(settings, kind, name_in(kind), CHANGES[kind])
    undoing = plan(settings, entry)
    assert (undoing.step, undoing.plan.conflicts) == (Step.SET_BACK, ())
    undo(settings, undoing)
    with settings.reading() as transaction:
        after = present(transaction, kind, name_in(kind))
    assert (after.id, after.version, after.findings) == (before.id, before.version + 2, ())
    assert masked(after.value) == masked(before.value)
    told, changed = newest(settings), newest(settings, 1)
    assert (told.action, told.kind, told.actor, told.name) == ("undone", kind, "grace", name_in(kind))
    facts = {"change": entry.id, "changed_at": entry.at.isoformat(), "changed_by": "ada"}
    assert state_of(told.after) == facts
    assert (changed.action, changed.before, changed.after) == ("changed", entry.after, entry.before)


@pytest.mark.parametrize("kind", ADDED)
def test_what_was_added_is_deleted_and_what_was_deleted_is_added_again(settings: Database, kind: Audited) -> None:
    with settings.reading() as transaction:
        added = next(each for each in transaction.audit_list.every(AuditQuery(kind=kind)) if each.name == name_in(kind))
        before = present(transaction, kind, name_in(kind))
    undoing = plan(settings, added)
    assert undoing.step is Step.DELETE
    undo(settings, undoing)
    with settings.reading() as transaction:
        assert KINDS[kind].find(transaction, name_in(kind)) is None
    with pytest.raises(UndoneAlready):
        plan(settings, added)
    deletion = newest(settings, 1)
    assert deletion.action == "deleted"
    undo(settings, plan(settings, deletion))
    with settings.reading() as transaction:
        again = present(transaction, kind, name_in(kind))
    without = {"password": None, "enabled": False} if kind == Audited.MAILBOX else {}
    assert json.loads(masked(again.value)) == json.loads(masked(before.value)) | without
    with pytest.raises(ObjectThereAgain):
        plan(settings, deletion)


@pytest.mark.parametrize("kind", ADDED)
def test_what_was_deleted_is_not_taken_for_another_that_has_its_name_now(settings: Database, kind: Audited) -> None:
    add, delete = KINDS[kind].add, KINDS[kind].delete
    assert add is not None and delete is not None
    with settings.reading() as transaction:
        added = next(each for each in transaction.audit_list.every(AuditQuery(kind=kind)) if each.name == name_in(kind))
    changed = change(settings, kind, name_in(kind), CHANGES[kind])
    with settings.begin() as transaction:
        delete(transaction, present(transaction, kind, changed.name), "ada")
    deletion = newest(settings)
    with settings.begin() as transaction:
        add(transaction, CHANGES[kind](ADDED[kind]), "bo")
    for entry, refusal in ((added, UndoneAlready), (changed, ChangedObjectGone), (deletion, ObjectThereAgain)):
        with pytest.raises(refusal):
            plan(settings, entry)
    with settings.begin() as transaction:
        delete(transaction, present(transaction, kind, changed.name), "bo")
    undo(settings, plan(settings, deletion))
    # It is the one that was changed, and no other: its deletion was undone.
    assert plan(settings, changed).step is Step.SET_BACK
    again = change(settings, kind, changed.name, lambda _value: ADDED[kind])
    with pytest.raises(ObjectThereAgain) as refused:
        plan(settings, deletion)
    assert refused.value.facts["name"] == again.name == name_in(kind)


def test_a_mailbox_that_is_added_again_is_off_until_its_password_is_typed(settings: Database) -> None:
    with settings.begin() as transaction:
        transaction.mailboxes.delete(present(transaction, Audited.MAILBOX, "Support"), "ada")
    undoing = plan(settings, newest(settings))
    assert undoing.plan.lost_secrets == ("password",)
    assert undoing.disables
    undo(settings, undoing)
    with settings.reading() as transaction:
        again = present(transaction, Audited.MAILBOX, "Support")
    assert not again.value.enabled


@pytest.mark.covers("RUN-03")
def test_a_mailbox_whose_deletion_is_undone_takes_nothing_again(
    database: Database, mailbox: Stored[Mailbox], lease: Lease
) -> None:
    first = take_in(database, lease, [ticket("1")])
    with database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "ada")
    undo(database, plan(database, newest(database)))
    with database.begin() as transaction:
        [again] = transaction.mailboxes.all()
    assert (again.id, again.version) == (mailbox.id, mailbox.version + 2)
    assert take_in(database, lease, [ticket("1")]) == first
    with database.reading() as transaction:
        assert len(transaction.records.page()) == 1


@pytest.mark.covers("RUN-03")
def test_the_mailbox_of_its_name_and_account_that_was_deleted_last_comes_back(settings: Database) -> None:
    first = present_mailbox(settings)
    delete_mailbox(settings, first)
    deletion = newest(settings)
    with settings.begin() as transaction:
        elsewhere = transaction.mailboxes.add(imap(name="Support", server="mail.other.example"), "bo")
    delete_mailbox(settings, elsewhere)
    for _ in range(2):
        undo(settings, plan(settings, deletion))
        again = present_mailbox(settings)
        assert (again.id, again.value.place) == (first.id, first.value.place)
        delete_mailbox(settings, again)


def test_of_two_who_bring_a_mailbox_back_one_is_told_of_the_other(settings: Database) -> None:
    delete_mailbox(settings, present_mailbox(settings))
    undoing = plan(settings, newest(settings))
    with settings.begin() as transaction:

        def other() -> None:
            transaction.rollbacks.carry_out(undoing, "fast")

        with just_before("UPDATE mailboxes", other), pytest.raises(Conflict) as conflict:
            transaction.rollbacks.carry_out(undoing, "slow")
    assert conflict.value.saved == present_mailbox(settings)


def present_mailbox(database: Database) -> Stored[Mailbox]:
    with database.reading() as transaction:
        return present(transaction, Audited.MAILBOX, "Support")


def delete_mailbox(database: Database, mailbox: Stored[Mailbox]) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "ada")


def test_a_secret_stays_as_it_is_now(settings: Database) -> None:
    entry = change(settings, Audited.MAILBOX, "Support", update(port=1993, password=SecretStr("second")))
    undoing = plan(settings, entry)
    assert (dict(undoing.plan.back), undoing.plan.kept_secrets) == ({"port": 993}, ("password",))
    undo(settings, undoing)
    with settings.reading() as transaction:
        [mailbox] = transaction.mailboxes.all(secrets=True)
    assert mailbox.value.password == SecretStr("second")  # type: ignore[union-attr]
    assert mailbox.value.port == 993  # type: ignore[union-attr]
    alone = change(settings, Audited.MAILBOX, "Support", update(password=SecretStr("third")))
    with pytest.raises(OnlySecretsChanged):
        plan(settings, alone)


ELSEWHERE = [
    [update(server="mail.other.example", password=SecretStr("second"))],
    [update(user_account_name="other@example.com", password=SecretStr("second"))],
    # By a later change: the present password is that of the other server all the same.
    [update(server="mail.other.example"), update(password=SecretStr("second"))],
]


@pytest.mark.covers("DB-04", "SEC-02")
@pytest.mark.parametrize("changes", ELSEWHERE, ids=["server", "account", "typed later"])
def test_a_password_is_not_sent_to_the_former_server_which_it_is_not_for(settings: Database, changes: list[Change]) -> None:
    before = present_mailbox(settings).value
    first, *_ = [change(settings, Audited.MAILBOX, "Support", each) for each in changes]
    undoing = plan(settings, first)
    assert undoing.misplaced_secrets(undoing.model) == ("password",)
    undo(settings, undoing)
    with settings.reading() as transaction:
        [again] = transaction.mailboxes.all(secrets=True)
    assert again.value == before.model_copy(update={"password": SecretStr("second"), "enabled": False})


def test_a_mailbox_whose_password_nobody_typed_anew_goes_on_at_its_former_server(settings: Database) -> None:
    before = present_mailbox(settings).value
    undoing = plan(settings, change(settings, Audited.MAILBOX, "Support", update(server="mail.other.example")))
    assert undoing.misplaced_secrets(undoing.model) == ()
    undo(settings, undoing)
    assert present_mailbox(settings).value == before
    assert before.enabled


@pytest.mark.covers("DB-04", "SEC-02")
def test_the_outgoing_account_does_not_return_to_a_server_that_the_present_password_is_not_for(settings: Database) -> None:
    elsewhere = update(smtp_server_name="smtp.other.example", password=SecretStr("second"))
    entry = change(settings, Audited.OUTGOING_EMAIL, "", elsewhere)
    with pytest.raises(SecretOfPresentAccount):
        plan(settings, entry)
    change(settings, Audited.OUTGOING_EMAIL, "", update(smtp_server_name="smtp.third.example"))
    undoing = plan(settings, change(settings, Audited.OUTGOING_EMAIL, "", update(port=2526)))
    undo(settings, undoing)
    changed_twice = change(settings, Audited.OUTGOING_EMAIL, "", update(smtp_server_name="smtp.fourth.example", port=2527))
    change(settings, Audited.OUTGOING_EMAIL, "", update(smtp_server_name="smtp.fifth.example", password=SecretStr("third")))
    undoing = plan(settings, changed_twice)
    with pytest.raises(SecretOfPresentAccount):
        undo(settings, undoing, ("smtp_server_name",))
    undo(settings, undoing)
    with settings.reading() as transaction:
        now: Any = transaction.settings.outgoing()
    assert (now.value.smtp_server_name, now.value.port) == ("smtp.fifth.example", 2525)


def test_what_another_changed_since_stays_or_returns_as_it_is_chosen(settings: Database) -> None:
    entry = change(settings, Audited.MONITOR_SETTINGS, "", update(poll_interval=7, reopen_days=3))
    change(settings, Audited.MONITOR_SETTINGS, "", update(poll_interval=9), by="bo")
    undoing = plan(settings, entry)
    [conflict] = undoing.plan.conflicts
    former = MonitorSettings().poll_interval
    assert (conflict.name, conflict.before, conflict.present) == ("poll_interval", former, 9)
    undo(settings, undoing)
    with settings.reading() as transaction:
        now = transaction.settings.monitor().value
    assert (now.poll_interval, now.reopen_days) == (9, MonitorSettings().reopen_days)
    undo(settings, plan(settings, entry), ("poll_interval",))
    with settings.reading() as transaction:
        assert transaction.settings.monitor().value.poll_interval == former
    with pytest.raises(UndoneAlready):
        plan(settings, entry)


def test_what_is_saved_between_the_question_and_the_answer_is_a_conflict(settings: Database) -> None:
    undoing = plan(settings, change(settings, Audited.FILTERS, "", CHANGES[Audited.FILTERS]))
    change(settings, Audited.FILTERS, "", update(accept_from="all"), by="bo")
    with pytest.raises(Conflict):
        undo(settings, undoing)
    assert newest(settings).actor == "bo"


def test_the_guards_of_the_repository_hold(settings: Database) -> None:
    with settings.begin() as transaction:
        transaction.ticket_templates.add(TicketTemplate(name="Mail", subject="Mail", priority="Low"), "ada")
    added = newest(settings)
    change(settings, Audited.MAILBOX, "Support", update(ticket_template="Mail"))
    undoing = plan(settings, added)
    assert undoing.uses.mailboxes == ("Support",)
    with pytest.raises(TemplateInUse):
        undo(settings, undoing)


def test_a_former_name_that_another_has_now_is_refused(settings: Database) -> None:
    entry = change(settings, Audited.REPORT, "Every Tuesday", update(name="Other"))
    with settings.begin() as transaction:
        transaction.reports.add(SAMPLES["report"], "bo")  # type: ignore[arg-type]
    with pytest.raises(FormerStateRefused) as refused:
        undo(settings, plan(settings, entry))
    assert "Every Tuesday" in str(refused.value.message)


@pytest.mark.covers("IN-07")
def test_a_former_name_that_another_mailbox_has_now_is_refused_as_when_it_is_saved(settings: Database) -> None:
    entry = change(settings, Audited.MAILBOX, "Support", update(name="Old"))
    with settings.begin() as transaction:
        transaction.mailboxes.add(imap(name="support", user_account_name="other@example.com"), "bo")
    with pytest.raises(FormerStateRefused) as refused:
        undo(settings, plan(settings, entry))
    assert refused.value.facts["why"] == finding("name", "name_taken").message


@pytest.mark.covers("OUT-04")
def test_a_former_from_address_that_no_mailbox_has_any_more_is_refused_as_when_it_is_saved(settings: Database) -> None:
    with settings.begin() as transaction:
        old = transaction.mailboxes.add(imap(name="Old", user_account_name="old@example.com"), "ada")
    change(settings, Audited.OUTGOING_EMAIL, "", update(from_address="old@example.com"))
    entry = change(settings, Audited.OUTGOING_EMAIL, "", update(from_address="support@example.com"))
    with settings.begin() as transaction:
        [address] = {each.value.address for each in transaction.mailboxes.all()} - {"old@example.com"}
        transaction.mailboxes.delete(old, "ada")
    with pytest.raises(FormerStateRefused) as refused:
        undo(settings, plan(settings, entry))
    assert refused.value.facts["why"] == finding("from_address", "from_address", addresses=address).message


def test_a_change_of_something_that_is_gone_says_so(settings: Database) -> None:
    entry = change(settings, Audited.REQUESTOR, name_in(Audited.REQUESTOR), update(name="Other"))
    with settings.begin() as transaction:
        transaction.requestors.delete(present(transaction, Audited.REQUESTOR, entry.name), "ada")
    with pytest.raises(ChangedObjectGone):
        plan(settings, entry)


def test_what_is_no_change_of_settings_has_nothing_to_undo(settings: Database) -> None:
    with settings.begin() as transaction:
        transaction.audit.noted("restarted", Audited.MONITOR, "ada")
    assert not can_undo(newest(settings))
    with pytest.raises(NothingToUndo):
        plan(settings, newest(settings))


def test_another_type_of_account_returns_without_its_secret(settings: Database) -> None:
    cloud = SAMPLES["outgoing-microsoft365-secret"]
    entry = change(settings, Audited.OUTGOING_EMAIL, "", lambda _value: cloud)
    undoing = plan(settings, entry)
    assert undoing.plan.lost_secrets == ("password",)
    undo(settings, undoing)
    with settings.reading() as transaction:
        now = transaction.settings.outgoing()
    assert now is not None and isinstance(now.value, BasicOutgoing)
    assert (now.value.smtp_server_name, now.value.port, now.value.password) == ("smtp.example.com", 2525, None)
