"""A mail server that was restored from its backup gives UIDs again: no message is lost, and none is taken twice (RUN-03)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from tests.message_factory import raw_message
from tests.monitor.conftest import POST_ACTIONS
from tests.monitor.test_poll import poll, records
from tests.servers.dovecot import Account, Dovecot
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import DeliveryRow


@pytest.mark.covers("RUN-03", "MON-06")
@pytest.mark.parametrize("action", POST_ACTIONS)
@pytest.mark.parametrize("settled", [True, False], ids=["settled", "not settled"])
def test_messages_with_the_uids_of_others_become_tickets(
    database: Database,
    dovecot: Dovecot,
    account: Account,
    add_mailbox: Callable[..., Stored[Mailbox]],
    set_monitor: Callable[..., None],
    action: PostAction,
    settled: bool,
) -> None:
    set_monitor(post_action=action)
    add_mailbox(account)
    backup = dovecot.new_account()
    dovecot.append_all(account.name, [raw_message(0), raw_message(1)])
    dovecot.copy_mail(account.name, backup.name)
    poll(database)
    dovecot.append_all(account.name, [raw_message(2), raw_message(3)])
    poll(database)
    if not settled:
        with database.begin() as transaction:
            transaction.session.execute(update(DeliveryRow).values(settled_at=None))
    dovecot.copy_mail(backup.name, account.name)
    dovecot.append(account.name, raw_message(4))
    assert [(visit.error, visit.counts.processed) for visit in poll(database)] == [(None, 1)]
    assert sorted(each.subject for each, _ in records(database)) == [f"Printer {number} does not print" for number in range(5)]
    assert dovecot.counts(account.name)["INBOX"] == (3 if action is PostAction.MARK_READ else 0)
    assert all(rb"\Seen" in flags for flags in dovecot.flags(account.name))
    assert [visit.counts.seen for visit in poll(database)] == [0]
