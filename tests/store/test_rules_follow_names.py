"""The conditions of business rules follow the new name of a mailbox, ticket template or technician (NOT-03)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpdesk.rule_factory import rule, when
from tests.settings.samples import imap
from tests.store.delivery_factory import take_in, ticket
from trackit_console.domain.polling import Lease
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("NOT-03")


def rename_mailbox(transaction: Transaction) -> None:
    sales = transaction.mailboxes.add(imap(name="Sales", user_account_name="sales@example.com"), "t")
    transaction.mailboxes.save(Stored(sales.id, 1, sales.value.model_copy(update={"name": "Sales EU"})), "t")


def rename_template(transaction: Transaction) -> None:
    sales = transaction.ticket_templates.add(TicketTemplate(name="Sales"), "t")
    transaction.ticket_templates.save(Stored(sales.id, 1, TicketTemplate(name="Sales EU")), "t")


def rename_technician(transaction: Transaction) -> None:
    ada = transaction.technicians.add(Technician(name="Sales", email="sales@example.com"), "t")
    transaction.technicians.save(Stored(ada.id, 1, Technician(name="Sales EU", email="eu@example.com")), "t")


def conditions(transaction: Transaction, name: str = "Named") -> list[tuple[str, str, str]]:
    [found] = [each.value for each in transaction.business_rules.all() if each.value.name == name]
    return [(each.field, each.operator, each.value) for each in found.conditions]


@pytest.mark.parametrize(
    ("field", "rename"),
    [("mailbox", rename_mailbox), ("template", rename_template), ("technician", rename_technician)],
    ids=["mailbox", "template", "technician"],
)
def test_conditions_follow_a_new_name(database: Database, field: str, rename: Callable[[Transaction], None]) -> None:
    naming = [when(field, "is", " sales"), when(field, "is_not", "Sales")]
    others = [when(field, "is", "Sales team"), when(field, "contains", "Sales"), when("subject", "is", "Sales")]
    with database.begin() as transaction:
        transaction.business_rules.add(rule("Named", conditions=[*naming, *others]), "t")
        transaction.business_rules.add(rule("Other", conditions=others), "t")
        rename(transaction)
        assert conditions(transaction) == [
            (field, "is", "Sales EU"),
            (field, "is_not", "Sales EU"),
            (field, "is", "Sales team"),
            # A part of a name may be meant for others as well.
            (field, "contains", "Sales"),
            ("subject", "is", "Sales"),
        ]
        assert {each.value.name: each.version for each in transaction.business_rules.all()} == {"Named": 2, "Other": 1}


def test_conditions_follow_the_new_address_of_a_technician_at_once(database: Database) -> None:
    with database.begin() as transaction:
        transaction.business_rules.add(rule("Named", conditions=[when("technician", "is", "Sales@example.com")]), "t")
        before = transaction.audit.revision().immediate
        rename_technician(transaction)
        assert conditions(transaction) == [("technician", "is", "eu@example.com")]
        assert transaction.audit.revision().immediate == before + 1, "the monitor reads its rules again"


def test_a_name_that_another_technician_has_as_well_stays_in_conditions(database: Database) -> None:
    with database.begin() as transaction:
        transaction.technicians.add(Technician(name="sales", email="other@example.com"), "t")
        transaction.business_rules.add(rule("Named", conditions=[when("technician", "is", "Sales")]), "t")
        rename_technician(transaction)
        assert conditions(transaction) == [("technician", "is", "Sales")]


def test_tickets_keep_their_template_under_its_new_name(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1", template="Sales"), ticket("2", template="Other")])
    with database.begin() as transaction:
        rename_template(transaction)
        assert sorted(each.template for each in transaction.records.page()) == ["Other", "Sales EU"]
