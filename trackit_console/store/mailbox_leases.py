"""Which host owns a mailbox, and until when: claimed, renewed and given back by the database's own clock (RUN-02).

Claims are compare-and-swap updates, so they need no locks that SQLite lacks. None of these commits. How the visits go is
in `mailbox_states`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, Update, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from trackit_console.domain.polling import Lease
from trackit_console.store.errors import LeaseLost
from trackit_console.store.server_clock import after, present, too_far
from trackit_console.store.statements import in_parts, written_out
from trackit_console.store.tables import MailboxLeaseRow, MailboxStateRow

LEASE_SECONDS = 30
"""A dead host's mailboxes are free after this long (RUN-02: within a minute)."""


class MailboxLeases:
    """Claims mailboxes for a host. It never commits. `moment` is that of `Transaction`."""

    def __init__(self, session: Session, moment: Callable[[], datetime | None]) -> None:
        self._session = session
        self._moment = moment

    @property
    def _now(self) -> ColumnElement[datetime]:
        return present(self._moment())

    @property
    def _until(self) -> ColumnElement[datetime]:
        return after(LEASE_SECONDS, self._moment())

    def _execute(self, asked: Select[*tuple[Any, ...]] | Update) -> CursorResult[*tuple[Any, ...]]:
        connection = self._session.connection()
        return connection.execute(written_out(connection, asked))

    def begin_visit(self, mailbox_id: int, host_id: str, *, regardless: bool = False) -> Lease | None:
        """Claims the mailbox and begins a visit; None while another living host owns it, or when it is not due.

        `regardless` visits one that is not due as well, and takes one over that its owner does not visit right now. A
        request to poll that comes from now on asks for another visit.
        """
        row = self._execute(
            select(MailboxLeaseRow.host_id, MailboxLeaseRow.token, MailboxStateRow.visit_begun_at)
            .join(MailboxStateRow, MailboxStateRow.mailbox_id == MailboxLeaseRow.mailbox_id)
            .where(MailboxLeaseRow.mailbox_id == mailbox_id)
        ).one_or_none()
        if row is None:
            return None
        idle = regardless and row.visit_begun_at is None
        claim = (
            update(MailboxLeaseRow)
            # The token moves with every visit: its owner cannot have begun one since it was read.
            .where(
                MailboxLeaseRow.mailbox_id == mailbox_id,
                MailboxLeaseRow.token == row.token,
                true() if idle else _claimable(host_id, self._moment()),
            )
            .values(host_id=host_id, token=row.token + 1, expires_at=self._until)
        )
        # Compare and swap: whoever changes the token first has the mailbox, the other host updates no row.
        if self._execute(claim).rowcount == 0:
            return None
        due = (
            MailboxStateRow.mailbox_id == mailbox_id
            if regardless
            else and_(MailboxStateRow.mailbox_id == mailbox_id, _is_due(self._moment()))
        )
        begin = update(MailboxStateRow).where(due).values(visit_begun_at=self._now, polls_served=MailboxStateRow.poll_requests)
        # Another host may have visited it since `due` was asked. The claim stays, the next visit finds it owned.
        if self._execute(begin).rowcount == 0:
            return None
        return Lease(mailbox_id, host_id, row.token + 1, cut_off=row.visit_begun_at is not None)

    def due(self, host_id: str, mailbox_ids: Collection[int]) -> list[int]:
        """Those of the mailboxes that are due and that this host owns or may claim; the longest waiting first."""
        asked = due_mailboxes(host_id, self._moment()).order_by(MailboxStateRow.next_poll_at, MailboxStateRow.mailbox_id)
        return [number for number in self._execute(asked).scalars() if number in mailbox_ids]

    def owned(self, host_id: str) -> list[int]:
        """The mailboxes that this host owns."""
        asked = select(MailboxLeaseRow.mailbox_id).where(
            MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at >= self._now
        )
        return list(self._execute(asked.order_by(MailboxLeaseRow.mailbox_id)).scalars())

    def renew(self, host_id: str) -> None:
        """Prolongs the ownership of everything that `host_id` still owns: one that ran out may be another's by now."""
        mine = (MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at >= self._now)
        self._execute(update(MailboxLeaseRow).where(*mine).values(expires_at=self._until))

    def give_back(self, host_id: str, mailbox_ids: Collection[int]) -> None:
        """Frees mailboxes that this host owns, for others to claim."""
        mine = (MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.mailbox_id.in_(mailbox_ids))
        self._execute(update(MailboxLeaseRow).where(*mine).values(host_id=None, expires_at=self._now))

    def leave(self, host_id: str) -> None:
        """The host ends in good order: its mailboxes are free at once, and none of its visits counts as cut off."""
        mine = list(self._execute(select(MailboxLeaseRow.mailbox_id).where(MailboxLeaseRow.host_id == host_id)).scalars())
        if not mine:
            return
        # Leases before states, as in every transaction: two that lock them crosswise would wait for each other.
        free = update(MailboxLeaseRow).where(MailboxLeaseRow.host_id == host_id)
        self._execute(free.values(host_id=None, expires_at=self._now))
        for part in in_parts(sorted(mine)):
            ended = update(MailboxStateRow).where(MailboxStateRow.mailbox_id.in_(part))
            self._execute(ended.values(visit_begun_at=None))

    def owners(self) -> dict[str, int]:
        """How many mailboxes each host owns."""
        asked = select(MailboxLeaseRow.host_id, func.count()).where(MailboxLeaseRow.expires_at >= self._now)
        rows = self._execute(asked.where(MailboxLeaseRow.host_id.is_not(None)).group_by(MailboxLeaseRow.host_id))
        return {host_id: number for host_id, number in rows if host_id}


def hold_lease(connection: Connection, lease: Lease, moment: datetime | None) -> None:
    """Touches the row of the lease and prolongs it: nobody claims the mailbox until this transaction ends (RUN-02).

    `moment` is that of `Transaction`. Raises `LeaseLost` when somebody has claimed it already.
    """
    _change(connection, lease, expires_at=after(LEASE_SECONDS, moment))


def give_back_lease(connection: Connection, lease: Lease, moment: datetime | None) -> None:
    """As `hold_lease`, but that the mailbox is free when this transaction ends."""
    _change(connection, lease, host_id=None, expires_at=present(moment))


def _change(connection: Connection, lease: Lease, **values: object) -> None:
    mine = (
        MailboxLeaseRow.mailbox_id == lease.mailbox_id,
        MailboxLeaseRow.host_id == lease.host_id,
        # The owner alone is not enough: this host may have lost the mailbox and claimed it again (fencing token).
        MailboxLeaseRow.token == lease.token,
    )
    changed = update(MailboxLeaseRow).where(*mine).values(**values)
    if connection.execute(written_out(connection, changed)).rowcount == 0:
        raise LeaseLost


def due_mailboxes(host_id: str, moment: datetime | None) -> Select[int, datetime | None]:
    """The mailboxes that are due and that this host owns or may claim, each with since when; in no order.

    `moment` is that of `Transaction`.
    """
    return (
        select(MailboxStateRow.mailbox_id, MailboxStateRow.next_poll_at)
        .join(MailboxLeaseRow, MailboxLeaseRow.mailbox_id == MailboxStateRow.mailbox_id)
        .where(_claimable(host_id, moment), _is_due(moment))
    )


def _claimable(host_id: str, moment: datetime | None) -> ColumnElement[bool]:
    lease = MailboxLeaseRow
    ended = or_(lease.expires_at < present(moment), lease.expires_at > too_far(LEASE_SECONDS, moment))
    return or_(lease.host_id == host_id, lease.host_id.is_(None), ended)


def _is_due(moment: datetime | None) -> ColumnElement[bool]:
    return or_(
        MailboxStateRow.next_poll_at.is_(None),
        MailboxStateRow.next_poll_at <= present(moment),
        # The clock was set back. When the next visit is does not tell so: a poll interval may be long.
        MailboxStateRow.last_poll_at > too_far(0, moment),
        MailboxStateRow.poll_requests != MailboxStateRow.polls_served,
    )
