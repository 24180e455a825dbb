"""Settings in the database: kept when committed, told apart by version, the same when read again (DB-04, IN-12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from tests.clock import BEGINNING, ManualClock
from tests.settings.samples import CANARY, MAILBOXES, OUTGOINGS, SAMPLES, SECRET, imap, microsoft365
from tests.store.concurrency import at_once
from tests.store.delivery_factory import take_in
from trackit_console.domain.deliveries import Outcome
from trackit_console.paths import DataDir
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.default_filter_rules import DEFAULT_SENDER_RULES
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.field_changes import MASK
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.mailbox import Mailbox, mailbox_adapter
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.post_action import POST_ACTION_PROPERTY, PostAction
from trackit_console.settings.yaml_lines import ConfigurationRefused
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database
from trackit_console.store.errors import UniqueTaken
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.snapshot_reader import read_settings, read_snapshot
from trackit_console.store.tables import PropertyRow
from trackit_console.store.transaction import Transaction

SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=25, smtp_requires_authentication=False, from_address="a@example.com"
)
OTHER_SMTP = SMTP.model_copy(update={"smtp_server_name": "other.example.com"})


def save_mailbox(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.mailboxes.save(Stored(transaction.mailboxes.all()[0].id, version, imap(name=name)), by)


def save_outgoing(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.settings.save_outgoing(SMTP.model_copy(update={"smtp_server_name": name}), version, by)


def save_monitor(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.settings.save_monitor(Stored(1, version, MonitorSettings(response_url=f"http://{name}")), by)


def save_filters(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.settings.save_filters(Stored(1, version, Filters(sender=[FilterRule(text=name)])), by)


def save_email_commands(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.settings.save_email_commands(Stored(1, version, EmailCommands(trusted_server=name)), by)


def save_file_types(transaction: Transaction, version: int, name: str, by: str) -> None:
    transaction.settings.save_file_types(Stored(1, version, FileTypes(restricted_file_types=[name])), by)


def saved(transaction: Transaction) -> dict[str, Any]:
    """What is kept under the name of each kind."""
    outgoing = transaction.settings.outgoing()
    assert outgoing is not None
    return {
        "mailbox": transaction.mailboxes.all()[0],
        "outgoing": outgoing,
        "monitor": transaction.settings.monitor(),
        "filters": transaction.settings.filters(),
        "email_commands": transaction.settings.email_commands(),
        "file types": transaction.settings.file_types(),
    }


SAVES: dict[str, Callable[[Transaction, int, str, str], None]] = {
    "mailbox": save_mailbox,
    "outgoing": save_outgoing,
    "monitor": save_monitor,
    "filters": save_filters,
    "email_commands": save_email_commands,
    "file types": save_file_types,
}
KINDS = pytest.mark.parametrize("kind", SAVES)


@pytest.fixture
def settled(database: Database, mailbox: Stored[Mailbox]) -> Database:
    """A database that holds one of each kind, all at version 1."""
    with database.begin() as transaction:
        transaction.settings.save_outgoing(SMTP, None, "ada")
    return database


def kept(database: Database, kind: str) -> Any:
    with database.reading() as transaction:
        return saved(transaction)[kind]


@KINDS
@pytest.mark.covers("DB-04")
def test_what_is_committed_is_kept_with_the_next_version(settled: Database, kind: str) -> None:
    before = kept(settled, kind)
    with settled.begin() as transaction:
        SAVES[kind](transaction, before.version, "changed", "bo")
    after = kept(settled, kind)
    assert (before.version, after.version) == (1, 2)
    assert "changed" in str(after.value)


@KINDS
def test_what_is_not_committed_is_gone(settled: Database, kind: str) -> None:
    before = kept(settled, kind)
    with pytest.raises(RuntimeError), settled.begin() as transaction:
        SAVES[kind](transaction, 1, "changed", "bo")
        raise RuntimeError
    assert kept(settled, kind) == before


@KINDS
@pytest.mark.covers("DB-04")
def test_of_two_on_one_version_one_wins_and_the_other_is_told_what_was_saved(settled: Database, kind: str) -> None:
    def save(name: str) -> str:
        with settled.begin() as transaction:
            SAVES[kind](transaction, 1, name, name)
        return name

    results = at_once(lambda: save("first"), lambda: save("second"))
    [winner] = [each for each in results if isinstance(each, str)]
    [conflict] = [each for each in results if isinstance(each, Conflict)]
    assert isinstance(conflict.saved, Stored)
    assert conflict.saved == kept(settled, kind)
    assert winner in str(conflict.saved.value)
    with settled.reading() as transaction:
        assert transaction.audit.latest()[0].actor == winner


@KINDS
@pytest.mark.covers("DB-04")
def test_a_change_is_audited_and_counted(settled: Database, clock: ManualClock, kind: str) -> None:
    with settled.reading() as transaction:
        before = transaction.audit.revision()
    clock.advance(60)
    with settled.begin() as transaction:
        SAVES[kind](transaction, 1, "changed", "bo")
    with settled.reading() as transaction:
        [change, *_] = transaction.audit.latest()
        revision = transaction.audit.revision()
    assert (change.actor, change.action, change.at) == ("bo", "changed", clock.now())
    assert "changed" not in (change.before or "")
    assert "changed" in (change.after or "")
    assert (revision.number, revision.changed_by, revision.changed_at) == (before.number + 1, "bo", clock.now())


@pytest.mark.covers("IN-01", "IN-12", "SEC-02")
@pytest.mark.parametrize("name", MAILBOXES)
def test_every_field_of_a_mailbox_comes_back(database: Database, name: str) -> None:
    sample: Any = MAILBOXES[name]
    with database.begin() as transaction:
        added = transaction.mailboxes.add(sample, "ada")
    with database.begin() as transaction:
        assert transaction.mailboxes.all(secrets=True) == [Stored(added.id, 1, sample)]
        transaction.mailboxes.save(added, "ada")
    with database.reading() as transaction:
        assert transaction.mailboxes.get(added.id, secrets=True) == Stored(added.id, 2, sample)
        assert CANARY not in str(transaction.audit.latest())
        assert MASK in str(transaction.audit.latest())


@pytest.mark.covers("OUT-02", "OUT-03")
@pytest.mark.parametrize("name", OUTGOINGS)
def test_every_field_of_the_outgoing_account_comes_back(database: Database, name: str) -> None:
    sample: Any = OUTGOINGS[name]
    with database.begin() as transaction:
        assert transaction.settings.outgoing() is None
        transaction.settings.save_outgoing(OTHER_SMTP, None, "ada")
        transaction.settings.save_outgoing(sample, 1, "ada")
    with database.reading() as transaction:
        assert transaction.settings.outgoing(secrets=True) == Stored(1, 2, sample)
        assert CANARY not in str(transaction.audit.latest())


@pytest.mark.covers("OUT-02", "DB-04")
def test_a_first_outgoing_account_that_came_second_is_a_conflict(settled: Database) -> None:
    with pytest.raises(Conflict) as caught, settled.begin() as transaction:
        transaction.settings.save_outgoing(OTHER_SMTP, None, "bo")
    assert caught.value.saved == Stored(1, 1, SMTP)


@pytest.mark.covers("MON-01", "MON-02", "MON-03", "MON-06")
def test_every_monitor_setting_and_filter_comes_back(database: Database) -> None:
    monitor: Any = SAMPLES["monitor"]
    filters: Any = SAMPLES["filters"]
    with database.begin() as transaction:
        transaction.settings.save_monitor(Stored(1, 1, monitor), "ada")
        transaction.settings.save_filters(Stored(1, 1, filters), "ada")
    with database.reading() as transaction:
        assert transaction.settings.monitor() == Stored(1, 2, monitor)
        assert transaction.settings.filters() == Stored(1, 2, filters)
        assert transaction.session.get_one(PropertyRow, POST_ACTION_PROPERTY).value == "1"


@pytest.mark.covers("MSG-06", "DB-06")
def test_email_commands_come_back_from_the_row_and_from_the_file(database: Database) -> None:
    commands: Any = SAMPLES["email-commands"]
    with database.begin() as transaction:
        assert not any(dict(transaction.settings.email_commands().value).values())
        transaction.settings.save_email_commands(Stored(1, 1, commands), "ada")
    with database.begin() as transaction:
        assert transaction.settings.email_commands() == Stored(1, 2, commands)
        written = write_configuration(export_configuration(transaction))
        transaction.settings.save_email_commands(Stored(1, 2, EmailCommands()), "ada")
        import_configuration(transaction, read_configuration(written, Path.cwd()), "bo")
        assert transaction.settings.email_commands() == Stored(1, 4, commands)
        import_configuration(transaction, read_configuration("version: 1\nfilters: {}\n", Path.cwd()), "bo")
        assert transaction.settings.email_commands().version == 4
        nobody = "version: 1\ntrusted_server_for_sender_checks: ''\nemail_commands: {create_ticket: true}\n"
        import_configuration(transaction, read_configuration(nobody, Path.cwd()), "bo")
        assert transaction.settings.email_commands().value == EmailCommands(create_ticket=True)


@pytest.mark.covers("MON-06")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [("0", PostAction.MARK_READ), (" 1 ", PostAction.DELETE), ("2", PostAction.MOVE), ("3", PostAction.MARK_READ), ("x", PostAction.MARK_READ)],
)  # fmt: skip
def test_a_flag_typed_by_hand_is_read_and_a_wrong_one_is_the_mildest(
    database: Database, typed: str, expected: PostAction
) -> None:
    with database.begin() as transaction:
        flag = update(PropertyRow).where(PropertyRow.name == POST_ACTION_PROPERTY)
        transaction.session.execute(flag.values(value=typed))
    with database.reading() as transaction:
        assert transaction.settings.monitor().value.post_action is expected


@pytest.mark.covers("IN-12", "DB-04")
@pytest.mark.parametrize("act", ["save", "delete"])
def test_a_mailbox_deleted_meanwhile_is_a_conflict(database: Database, mailbox: Stored[Mailbox], act: str) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.delete(mailbox, "bo")
    with pytest.raises(Conflict) as caught, database.begin() as transaction:
        if act == "save":
            transaction.mailboxes.save(mailbox, "ada")
        else:
            transaction.mailboxes.delete(mailbox, "ada")
    assert caught.value.saved is None


@pytest.mark.covers("IN-12", "SEC-02")
def test_a_deleted_mailbox_is_gone_from_lists_and_its_secrets_from_the_row(database: Database) -> None:
    with database.begin() as transaction:
        stored = transaction.mailboxes.add(imap(password=SECRET), "ada")
        transaction.mailboxes.delete(stored, "bo")
    with database.reading() as transaction:
        assert transaction.mailboxes.all() == []
        with pytest.raises(KeyError):
            transaction.mailboxes.get(stored.id)
        row = transaction.session.execute(text("SELECT password, client_secret, certificate_password FROM mailboxes")).one()
        [change, *_] = transaction.audit.latest()
    assert tuple(row) == (None, None, None)
    assert (change.action, change.after) == ("deleted", None)
    assert json.loads(change.before or "")["password"] == MASK


@pytest.mark.parametrize(
    ("changes", "kept_cursor"),
    [
        pytest.param({"enabled": False, "password": "new"}, "seen", id="password"),
        pytest.param({"folder": "Other"}, None, id="folder"),
        pytest.param({"port": 143, "use_ssl": False}, "seen", id="port"),
        pytest.param({"server": "b.example.com"}, "seen", id="server"),
        pytest.param({"user_account_name": "b@example.com"}, None, id="account"),
    ],
)
def test_another_account_or_folder_is_read_from_its_beginning(
    database: Database, mailbox: Stored[Mailbox], changes: dict[str, object], kept_cursor: str | None
) -> None:
    with database.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    take_in(database, lease, [], "seen")
    with database.begin() as transaction:
        saved = transaction.mailboxes.save(Stored(mailbox.id, 1, imap(**changes)), "ada")
        assert transaction.mailbox_states.take_up_backlog(saved).cursor == kept_cursor
        assert transaction.mailbox_states.state(mailbox.id).cursor == kept_cursor


@pytest.mark.covers("IN-16", "RUN-03")
def test_a_mailbox_that_is_converted_back_is_read_from_its_beginning(database: Database) -> None:
    """Its cursor is by then one that the old type cannot read."""
    with database.begin() as transaction:
        old = transaction.mailboxes.add(mailbox_adapter.validate_python(MAILBOXES["ews_basic"]), "ada")
        transaction.session.execute(text("UPDATE mailbox_state SET \"cursor\" = 'seen'"))
        converted = microsoft365(user_id=old.value.account, folder=old.value.folder)
        new = transaction.mailboxes.save(replace(old, value=converted), "ada")
        assert transaction.mailbox_states.take_up_backlog(new).cursor == "seen"
        back = transaction.mailboxes.save(replace(new, value=old.value), "ada")
        assert transaction.mailbox_states.take_up_backlog(back).cursor is None


@pytest.mark.covers("FIL-01")
def test_filters_saved_again_keep_their_order_and_what_they_stopped(database: Database) -> None:
    from tests.store.delivery_factory import filtered, take_in

    with database.begin() as transaction:
        stored = transaction.mailboxes.add(imap(), "ada")
        lease = transaction.mailbox_leases.begin_visit(stored.id, "here", regardless=True)
    assert lease is not None
    take_in(database, lease, [filtered("1", "sender", "Postmaster"), filtered("2", "sender", "Postmaster")])
    reversed_rules = list(reversed(DEFAULT_SENDER_RULES))
    with database.begin() as transaction:
        filters = transaction.settings.filters()
        transaction.settings.save_filters(Stored(1, filters.version, Filters(sender=reversed_rules)), "ada")
    with database.reading() as transaction:
        assert transaction.settings.filters().value.sender == reversed_rules
        rows = transaction.session.execute(text("SELECT text, stopped FROM filter_rules WHERE stopped > 0")).all()
    assert [tuple(row) for row in rows] == [("Postmaster", 2)]


@pytest.mark.covers("FIL-05")
def test_a_rule_whose_letter_case_is_changed_keeps_what_it_stopped(database: Database) -> None:
    """Rules match letter case aside, so it is the same rule; also for a monitor that still knows it as it was."""
    from tests.store.delivery_factory import filtered, take_in

    with database.begin() as transaction:
        stored = transaction.mailboxes.add(imap(), "ada")
        lease = transaction.mailbox_leases.begin_visit(stored.id, "here", regardless=True)
        transaction.settings.save_filters(
            Stored(1, 1, Filters(sender=[FilterRule(text="Störung"), FilterRule(text="x@y")])), "ada"
        )
    assert lease is not None
    take_in(database, lease, [filtered("1", "sender", "Störung"), filtered("2", "sender", "x@y")])
    with database.begin() as transaction:
        changed = Filters(sender=[FilterRule(text="X@Y"), FilterRule(text="x@y"), FilterRule(text="STÖRUNG")])
        transaction.settings.save_filters(Stored(1, 2, changed), "ada")
    take_in(database, lease, [filtered("3", "sender", "Störung")])
    with database.reading() as transaction:
        rows = transaction.session.execute(text("SELECT text, stopped FROM filter_rules WHERE rule_list = 'sender'")).all()
        counts = transaction.settings.rule_counts()
    assert {tuple(row) for row in rows} == {("X@Y", 0), ("x@y", 1), ("STÖRUNG", 2)}
    assert counts["sender", FilterRule(text="störung").key].stopped == 2


@pytest.mark.covers("FIL-01")
def test_a_rule_that_is_in_the_list_twice_can_be_removed_again(database: Database) -> None:
    twice = Filters(sender=[FilterRule(text="spam"), FilterRule(text="spam", enabled=False)], subject=[])
    once = Filters(sender=[FilterRule(text="spam")], subject=[])
    for version, filters in enumerate((twice, twice, once), start=1):
        with database.begin() as transaction:
            transaction.settings.save_filters(Stored(1, version, filters), "ada")
        with database.reading() as transaction:
            assert transaction.settings.filters().value == filters


def test_file_types_and_templates_are_replaced_by_name(database: Database) -> None:
    with database.begin() as transaction:
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["js", "exe", "js"])), "ada")
        transaction.settings.save_ticket_template(TicketTemplate(name="Outage"), "ada")
        transaction.settings.save_ticket_template(TicketTemplate(name="Outage", subject="Stop", priority="Urgent"), "ada")
    with database.reading() as transaction:
        assert transaction.settings.file_types().value.restricted_file_types == ["exe", "js"]
        assert [each.name for each in transaction.settings.ticket_templates()] == ["Default", "Outage"]
        assert transaction.settings.ticket_templates()[1].priority == "Urgent"
        assert [each.action for each in transaction.audit.latest()][:2] == ["changed", "added"]


@pytest.mark.covers("DB-04")
def test_people_saved_again_are_changed_not_added(database: Database) -> None:
    ada = Technician(name="Ada", email="ada@example.com", mapped_addresses=["ada@home.example.org"])
    with database.begin() as transaction:
        first = transaction.people.save_technician(ada, "bo")
        bo = transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "bo")
    with database.begin() as transaction:
        changed = ada.model_copy(update={"name": "Ada B", "email": "ADA@example.com", "mapped_addresses": []})
        assert transaction.people.save_technician(changed, "bo") == first
        assert transaction.people.save_requestor(Requestor(name="Bo L", email="Bo@example.com"), "bo") == bo
    with database.reading() as transaction:
        assert transaction.people.technicians() == [changed]
        assert transaction.people.requestors() == [Requestor(name="Bo L", email="Bo@example.com")]
        requestor, technician, *_ = transaction.audit.latest()
    assert (requestor.action, technician.action) == ("changed", "changed")
    assert "ada@home.example.org" in (technician.before or "")
    assert '"Bo"' in (requestor.before or "")


# ---------------------------------------------------------------- import and export


def bring(database: Database, written: str, data_dir: DataDir) -> None:
    with database.begin() as transaction:
        import_configuration(transaction, read_configuration(written, data_dir.root), "ada")


@pytest.mark.covers("DB-06")
def test_an_export_imported_again_changes_nothing_and_keeps_secrets(database: Database, data_dir: DataDir) -> None:
    samples: list[Any] = list(MAILBOXES.values())
    with database.begin() as transaction:
        for number, sample in enumerate(samples):
            changed = {"name": f"box {number}", "folder": f"folder {number}", "email_address": "a@example.com"}
            transaction.mailboxes.add(sample.model_copy(update=changed), "ada")
        transaction.settings.save_outgoing(SMTP.model_copy(update={"password": SECRET}), None, "ada")
        transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "ada")
        before, secrets = export_configuration(transaction), read_settings(transaction, secrets=True).settings
    bring(database, write_configuration(before), data_dir)
    with database.reading() as transaction:
        assert export_configuration(transaction) == before
        assert read_settings(transaction, secrets=True).settings == secrets


@pytest.mark.covers("DB-06", "IN-17")
def test_a_certificate_in_the_file_takes_the_place_of_a_stored_secret(database: Database, data_dir: DataDir) -> None:
    with database.begin() as transaction:
        transaction.mailboxes.add(microsoft365(client_secret=CANARY), "ada")
    by_certificate = microsoft365(certificate_file=str(Path("/a.pem").absolute()), name="cloud@example.com")
    bring(database, write_configuration(Configuration(version=1, mailboxes=[by_certificate])), data_dir)
    with database.reading() as transaction:
        assert [each.value for each in transaction.mailboxes.all()] == [by_certificate]


@pytest.mark.covers("OUT-04", "IN-07", "DB-06")
@pytest.mark.parametrize(
    ("text_of_file", "expected"),
    [
        pytest.param(
            "version: 1\nmailboxes:\n- {type: pop3, name: n, server: mail.example.com, user_account_name: support@example.com}\n",
            [(3, "mailboxes.0.user_account_name", "account_taken")],
            id="account-of-a-kept-mailbox",
        ),
        pytest.param(
            "version: 1\noutgoing:\n  authentication: basic\n  smtp_server_name: s\n  user_account_name: a\n  from_address: x@example.com\n",
            [(6, "outgoing.from_address", "from_address")],
            id="from-address-that-is-not-incoming",
        ),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_what_is_kept_changes_nothing(
    database: Database, data_dir: DataDir, mailbox: Stored[Mailbox], text_of_file: str, expected: list[tuple[int, str, str]]
) -> None:
    templates = "ticket_templates: [{name: New}]\n"
    with pytest.raises(ConfigurationRefused) as caught:
        bring(database, text_of_file + templates, data_dir)
    assert [(each.line, each.found.field, each.found.rule) for each in caught.value.findings] == expected
    with database.reading() as transaction:
        assert [each.name for each in transaction.settings.ticket_templates()] == ["Default"]


@pytest.mark.covers("T-02", "T-03", "MON-05")
def test_the_overview_has_everything_at_one_glance(settled: Database, mailbox: Stored[Mailbox]) -> None:
    from tests.store.delivery_factory import aside, take_in, ticket

    with settled.begin() as transaction:
        lease = transaction.mailbox_leases.begin_visit(mailbox.id, "here", regardless=True)
    assert lease is not None
    take_in(settled, lease, [ticket("1"), ticket("2"), aside("3")])
    with settled.reading() as transaction:
        seen = read_snapshot(transaction, BEGINNING)
        later = read_snapshot(transaction, BEGINNING.replace(day=3))
    assert seen.settings.mailboxes == [mailbox.value]
    assert seen.settings.outgoing == SMTP
    assert seen.today == {(mailbox.id, Outcome.CREATED): 2, (mailbox.id, Outcome.QUARANTINED): 1}
    assert (seen.quarantine, later.today, seen.running, seen.restart_needed) == (1, {}, None, False)


@pytest.mark.covers("MSG-05")
def test_an_address_of_a_technician_who_is_there_is_refused_with_its_line(database: Database, data_dir: DataDir) -> None:
    first = "version: 1\ntechnicians:\n- {name: Ada, email: ada@example.com, mapped_addresses: [x@example.com]}\n"
    bring(database, first, data_dir)
    bring(database, first, data_dir)
    with pytest.raises(ConfigurationRefused) as refused:
        bring(
            database,
            "version: 1\ntechnicians:\n- {name: Bo, email: bo@example.com, mapped_addresses: [X@example.com]}\n",
            data_dir,
        )
    [findings] = refused.value.findings
    assert str(findings) == "line 3: technicians.0.mapped_addresses: X@example.com belongs to Ada already."


# ---------------------------------------------------------------- one mailbox for an account


@pytest.mark.covers("IN-07", "DB-04")
def test_two_admins_who_add_the_same_account_at_once_have_one_mailbox(database: Database) -> None:
    def add(name: str) -> None:
        with database.begin() as transaction:
            transaction.mailboxes.add(imap(name=name), "ada")

    results = at_once(lambda: add("one"), lambda: add("two"))
    assert [type(each) for each in results if each is not None] == [UniqueTaken]


@pytest.mark.covers("IN-12", "IN-07")
def test_the_account_of_a_deleted_mailbox_is_free_again(database: Database) -> None:
    for _ in range(2):
        with database.begin() as transaction:
            transaction.mailboxes.delete(transaction.mailboxes.add(imap(), "ada"), "ada")


@pytest.mark.covers("DB-06", "IN-07")
def test_an_import_may_swap_the_accounts_of_two_mailboxes(database: Database) -> None:
    def names() -> dict[str, str]:
        with database.reading() as transaction:
            return {each.value.title: each.value.account for each in transaction.mailboxes.all()}

    with database.begin() as transaction:
        for name, account in (("A", "a@example.com"), ("B", "b@example.com")):
            transaction.mailboxes.add(imap(name=name, user_account_name=account), "ada")
        text = write_configuration(export_configuration(transaction))
    swapped = text.replace("a@example.com", "x").replace("b@example.com", "a@example.com").replace(": x", ": b@example.com")
    with database.begin() as transaction:
        import_configuration(transaction, read_configuration(swapped, Path()), "ada")
    assert names() == {"A": "b@example.com", "B": "a@example.com"}
