"""Two hosts that claim one mailbox, or one mail, at the same moment: whoever writes second has nothing (RUN-02, OUT-06).

On SQL Server another host may write between the two statements of a claim. Here its claim is made in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.outbox_factory import mail, put
from tests.store.delivery_factory import take_in, ticket
from trackit_console.domain.outgoing_mail import ClaimedMail
from trackit_console.domain.polling import Lease
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored


@contextmanager
def just_before(statement: str | tuple[str, ...], act: Callable[[], object]) -> Iterator[None]:
    """Does `act` once, when a statement that begins like this, or like one of these, is about to be sent."""
    waiting = [act]

    def sent(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        if sql.startswith(statement) and waiting:
            waiting.pop()()

    event.listen(Engine, "before_cursor_execute", sent)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


@pytest.mark.covers("RUN-02")
def test_a_mailbox_that_another_host_claims_in_between_is_not_claimed(database: Database, mailbox: Stored[Mailbox]) -> None:
    """Nothing but the token tells: neither host asks whether a visit is due, and nobody visits the mailbox yet."""
    fast: list[Lease | None] = []
    with database.begin() as transaction:
        claim = transaction.mailbox_leases.begin_visit
        with just_before("UPDATE mailbox_leases", lambda: fast.append(claim(mailbox.id, "fast", regardless=True))):
            slow = claim(mailbox.id, "slow", regardless=True)
        assert transaction.mailbox_leases.owners() == {"fast": 1}
    assert slow is None
    [lease] = fast
    assert lease is not None
    assert len(take_in(database, lease, [ticket("1")])) == 1


@pytest.mark.covers("OUT-06")
def test_a_mail_that_another_host_claims_in_between_is_not_claimed(database: Database) -> None:
    """Both would send it."""
    put(database, mail(1))
    fast: list[ClaimedMail] = []
    with database.begin() as transaction:
        claim = transaction.outbox.claim
        with just_before("UPDATE outbox", lambda: fast.extend(claim("fast", 1))):
            assert claim("slow", 1) == []
        assert transaction.outbox.claimed("fast") == fast
    assert [each.subject for each in fast] == ["Letter 1"]
