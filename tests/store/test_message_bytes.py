"""The bytes of a message for a post action: all of them or none (MON-06)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.backlog import backlog_of
from tests.quarantine_factory import HEADERS, WHOLE, set_aside
from tests.store.delivery_factory import ref
from trackit_console.store.database import Database
from trackit_console.store.tables import DeliveryRow


@pytest.mark.covers("MON-06", "RUN-04")
def test_of_a_message_that_was_never_downloaded_a_post_action_gets_nothing(database: Database) -> None:
    """Its headers alone, put into another folder, would look like the message."""
    waiting = set_aside(database)
    with database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all()
    assert database.deliveries.raw_of(mailbox.id, ref("2")) == WHOLE
    assert database.deliveries.raw_of(mailbox.id, ref("3")) is None
    assert database.deliveries.raw_of(mailbox.id, ref("4711")) is None
    assert database.deliveries.raw(waiting.headers_only) == HEADERS, "a person may see them"


@pytest.mark.covers("RUN-03", "RUN-04")
def test_no_post_action_is_left_to_do_for_a_message_that_was_never_downloaded(database: Database) -> None:
    """The server has its only copy: whatever ends the process next, the next visit must neither delete nor move it."""
    waiting = set_aside(database)
    with database.reading() as transaction:
        [mailbox] = transaction.mailboxes.all()
    assert [each.ref.uid for each in backlog_of(database, mailbox.id).unsettled] == ["1", "2"]
    with database.begin() as transaction:  # as an older version left it that was killed
        left = update(DeliveryRow).where(DeliveryRow.id == waiting.headers_only)
        transaction.session.execute(left.values(settled_at=None))
    assert [each.ref.uid for each in backlog_of(database, mailbox.id).unsettled] == ["1", "2"]
