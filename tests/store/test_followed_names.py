"""Whoever gives an object another name changes the settings that name it: the audit says so of each (DB-04).

Without that, an admin who edits one of them would be told that somebody else saved it: whoever did so long before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from tests.helpdesk.rule_factory import rule, when
from tests.settings.samples import SAMPLES, imap
from tests.store.test_definitions import naming
from trackit_console.domain.audit import Audited
from trackit_console.settings.field_changes import field_changes, state_of
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.store.database import Database
from trackit_console.store.rollback_kinds import KINDS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.tables import BusinessRuleRow
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("DB-04")
Named = tuple[Audited, str]


def ticket_template(transaction: Transaction) -> list[Named]:
    """A ticket template; answers what names it."""
    transaction.ticket_templates.add(TicketTemplate(name="Old"), "ada")
    transaction.mailboxes.add(imap(name="Support", ticket_template="OLD"), "ada")
    transaction.mailboxes.add(imap(name="Sales", user_account_name="sales@example.com", ticket_template="Other"), "ada")
    now = transaction.settings.monitor()
    naming_it = now.value.model_copy(update={"ticket_template": "Old"})
    transaction.settings.save_monitor(Stored(now.id, now.version, naming_it), "ada")
    transaction.business_rules.add(rule("Named", conditions=[when("template", "is", "Old")]), "ada")
    transaction.business_rules.add(rule("Other"), "ada")
    return [(Audited.MAILBOX, "Support"), (Audited.MONITOR_SETTINGS, ""), (Audited.BUSINESS_RULE, "Named")]


def notification_template(transaction: Transaction) -> list[Named]:
    """A notification template; answers what names it."""
    transaction.notification_templates.add(NotificationTemplate(name="Old", subject="News", text="There is news."), "ada")
    for name, value in naming("old").items():
        getattr(transaction, name).add(value, "ada")
    return [(Audited.NOTIFICATION, "Tell"), (Audited.BUSINESS_RULE, "Chase"), (Audited.SERVICE_LEVEL, "Gold")]


def mailbox(transaction: Transaction) -> list[Named]:
    """A mailbox; answers what names it."""
    transaction.mailboxes.add(imap(name="Old"), "ada")
    transaction.business_rules.add(rule("Named", conditions=[when("mailbox", "is_not", "Old")]), "ada")
    return [(Audited.BUSINESS_RULE, "Named")]


def technician(transaction: Transaction) -> list[Named]:
    """A technician; answers what names them."""
    transaction.technicians.add(Technician(name="Old", email="old@example.com"), "ada")
    transaction.business_rules.add(rule("Named", conditions=[when("technician", "is", "Old")]), "ada")
    transaction.business_rules.add(SAMPLES["business-rule"].model_copy(update={"name": "Other"}), "ada")  # type: ignore[arg-type]
    return [(Audited.BUSINESS_RULE, "Named")]


NAMED: dict[Audited, tuple[str, Callable[[Transaction], list[Named]]]] = {
    Audited.TICKET_TEMPLATE: ("Old", ticket_template),
    Audited.NOTIFICATION_TEMPLATE: ("Old", notification_template),
    Audited.MAILBOX: ("Old", mailbox),
    Audited.TECHNICIAN: ("old@example.com", technician),
}


def present(transaction: Transaction, kind: Audited, name: str) -> Stored[Any]:
    stored = KINDS[kind].find(transaction, name)
    assert stored is not None
    return stored


def rename(database: Database, kind: Audited, name: str) -> None:
    with database.begin() as transaction:
        stored = present(transaction, kind, name)
        renamed = stored.value.model_copy(update={"name": "New"})
        KINDS[kind].save(transaction, Stored(stored.id, stored.version, renamed), "bo")


@pytest.mark.parametrize("kind", NAMED)
def test_each_object_that_follows_a_new_name_is_audited(database: Database, kind: Audited) -> None:
    name, add = NAMED[kind]
    with database.begin() as transaction:
        followers = add(transaction)
        seen = {each: present(transaction, *each) for each in followers}
        revision = transaction.audit.revision()
    rename(database, kind, name)
    with database.begin() as transaction:
        for each in followers:
            entry = transaction.audit_list.last_change(*each)
            assert entry is not None
            assert (entry.actor, entry.action) == ("bo", "changed")
            before, after = state_of(entry.before), state_of(entry.after)
            assert "old" in json.dumps(field_changes(before, after)[0].before).casefold()
            assert "New" in json.dumps(field_changes(before, after)[0].after)
            assert present(transaction, *each).version == seen[each].version + 1
            with pytest.raises(Conflict):
                KINDS[each[0]].save(transaction, seen[each], "ada")
        changed = [each for each in transaction.audit.latest(20) if each.actor == "bo"]
        assert len(changed) == len(followers) + 1
        # What follows is part of one change.
        now = transaction.audit.revision()
        assert (now.number - revision.number) + (now.immediate - revision.immediate) == 1


def test_a_rule_that_was_edited_by_hand_is_audited_as_it_stands(database: Database) -> None:
    with database.begin() as transaction:
        [_, _, named] = ticket_template(transaction)
        wrong = {"name": "Named", "actions": 7, "conditions": [{"field": "template", "operator": "is", "value": "Old"}]}
        by_hand = update(BusinessRuleRow).where(BusinessRuleRow.name == "Named").values(definition=json.dumps(wrong))
        transaction.session.execute(by_hand)
    rename(database, Audited.TICKET_TEMPLATE, "Old")
    with database.reading() as transaction:
        entry = transaction.audit_list.last_change(*named)
    assert entry is not None
    assert (state_of(entry.after) or {})["actions"] == 7
