"""The bytes of a message for a post action: all of them or none (MON-06)."""

from __future__ import annotations

import pytest

from tests.quarantine_factory import HEADERS, WHOLE, set_aside
from tests.store.delivery_factory import ref
from trackit_console.store.database import Database


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
