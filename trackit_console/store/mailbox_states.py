"""Who owns a mailbox, when it is due, and how its visits go: kept by the database's own clock (RUN-02, RUN-05).

Claims are compare-and-swap updates, so they need no locks that SQLite lacks. None of these commits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from trackit_console.domain.polling import Lease, MailboxState, PollError, VisitEnd
from trackit_console.store.column_types import cut
from trackit_console.store.errors import LeaseLost
from trackit_console.store.reason_json import facts_from_plain, facts_to_plain
from trackit_console.store.tables import MailboxLeaseRow, MailboxRow, MailboxStateRow

LEASE_SECONDS = 30
"""A dead host's mailboxes are free after this long (RUN-02: within a minute)."""


class MailboxStates:
    """Claims mailboxes and keeps how their visits go. It never commits."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    # ------------------------------------------------------------------ owning

    def due(self, host_id: str, mailbox_ids: Collection[int]) -> list[int]:
        """Those of the mailboxes that are due and that this host owns or may claim; the longest waiting first."""
        now = self._now()
        mine_or_free = or_(
            MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.host_id.is_(None), MailboxLeaseRow.expires_at < now
        )
        asked = (
            select(MailboxStateRow.mailbox_id)
            .join(MailboxLeaseRow, MailboxLeaseRow.mailbox_id == MailboxStateRow.mailbox_id)
            .where(mine_or_free, _is_due(now))
            .order_by(MailboxStateRow.next_poll_at, MailboxStateRow.mailbox_id)
        )
        return [number for number in self._session.scalars(asked) if number in mailbox_ids]

    def owned(self, host_id: str) -> list[int]:
        """The mailboxes that this host owns."""
        asked = select(MailboxLeaseRow.mailbox_id).where(
            MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at >= self._now()
        )
        return list(self._session.scalars(asked.order_by(MailboxLeaseRow.mailbox_id)))

    def renew(self, host_id: str) -> None:
        """Prolongs the ownership of everything that `host_id` still owns: one that ran out may be another's by now."""
        now = self._now()
        mine = (MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at >= now)
        self._session.execute(update(MailboxLeaseRow).where(*mine).values(expires_at=now + timedelta(seconds=LEASE_SECONDS)))

    def give_back(self, host_id: str, mailbox_ids: Collection[int]) -> None:
        """Frees mailboxes that this host owns, for others to claim."""
        mine = (MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.mailbox_id.in_(mailbox_ids))
        self._session.execute(update(MailboxLeaseRow).where(*mine).values(host_id=None, expires_at=self._now()))

    def leave(self, host_id: str) -> None:
        """The host ends in good order: its mailboxes are free at once, and none of its visits counts as cut off."""
        mine = select(MailboxLeaseRow.mailbox_id).where(MailboxLeaseRow.host_id == host_id)
        ended = update(MailboxStateRow).where(MailboxStateRow.mailbox_id.in_(mine)).values(visit_begun_at=None)
        self._session.execute(ended.execution_options(synchronize_session=False))
        free = {"host_id": None, "expires_at": self._now()}
        self._session.execute(update(MailboxLeaseRow).where(MailboxLeaseRow.host_id == host_id).values(**free))

    # ------------------------------------------------------------------ visiting

    def begin_visit(self, mailbox_id: int, host_id: str, *, regardless: bool = False) -> Lease | None:
        """Claims the mailbox and begins a visit; None while another living host owns it, or when it is not due.

        `regardless` visits one that is not due as well, and takes one over that its owner does not visit right now. A
        request to poll that comes from now on asks for another visit.
        """
        now = self._now()
        row = self._session.execute(
            select(MailboxLeaseRow.host_id, MailboxLeaseRow.token, MailboxStateRow.visit_begun_at)
            .join(MailboxStateRow, MailboxStateRow.mailbox_id == MailboxLeaseRow.mailbox_id)
            .where(MailboxLeaseRow.mailbox_id == mailbox_id)
        ).one_or_none()
        if row is None:
            return None
        free = or_(MailboxLeaseRow.host_id.is_(None), MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at < now)
        idle = regardless and row.visit_begun_at is None
        claim = (
            update(MailboxLeaseRow)
            # The token moves with every visit: its owner cannot have begun one since it was read.
            .where(MailboxLeaseRow.mailbox_id == mailbox_id, MailboxLeaseRow.token == row.token, true() if idle else free)
            .values(host_id=host_id, token=row.token + 1, expires_at=now + timedelta(seconds=LEASE_SECONDS))
        )
        if self._session.connection().execute(claim).rowcount == 0:
            return None
        due = (
            MailboxStateRow.mailbox_id == mailbox_id
            if regardless
            else and_(MailboxStateRow.mailbox_id == mailbox_id, _is_due(now))
        )
        begin = update(MailboxStateRow).where(due).values(visit_begun_at=now, polls_served=MailboxStateRow.poll_requests)
        if self._session.connection().execute(begin).rowcount == 0:
            return None
        return Lease(mailbox_id, host_id, row.token + 1, cut_off=row.visit_begun_at is not None)

    def break_off(self, lease: Lease) -> None:
        """The visit was stopped in good order: nothing is kept of it but that it is over."""
        hold(self._session.connection(), lease, self._now())
        self._update(lease.mailbox_id, visit_begun_at=None)

    def end_visit(self, lease: Lease, end: VisitEnd, delay: Callable[[int], timedelta]) -> MailboxState:
        """Keeps how a visit ended and when the next is due; answers the state before.

        `delay` is the time until the next visit after so many failures in a row. A success clears the counts, a sign-in
        that succeeded that of the failed sign-ins. Raises
        `LeaseLost` when another host has the mailbox by now.
        """
        now = self._now()
        # First the lease, then the state: of two hosts only one may count this failure, and make a ticket of it (MON-04).
        hold(self._session.connection(), lease, now)
        before = self.state(lease.mailbox_id)
        failures = before.failures + 1 if end.error else 0
        kept: dict[str, object] = {
            "visit_begun_at": None,
            "last_poll_at": now,
            "next_poll_at": now + delay(failures),
            "failures": failures,
            **_error_columns(end.error),
        }
        if end.refused:
            kept["authentication_failures"] = before.authentication_failures + 1
        elif end.opened or end.error is None:
            kept["authentication_failures"] = 0
        if end.error is None:
            kept |= {"last_success_at": now, "unread": end.unread}
        self._update(lease.mailbox_id, **kept)
        return before

    def keep_alert(self, mailbox_id: int, record_id: int | None) -> None:
        """Keeps the ticket that tells of the present outage, None when it is over (MON-04)."""
        self._update(mailbox_id, alert_record_id=record_id)

    def _update(self, mailbox_id: int, **values: object) -> None:
        statement = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox_id).values(**values)
        self._session.execute(statement.execution_options(synchronize_session=False))

    # ------------------------------------------------------------------ requests

    def request_poll(self, mailbox_id: int | None = None) -> None:
        """**Poll Now**, of one mailbox or of all: whichever host owns it visits it at once (MON-07)."""
        request = update(MailboxStateRow).values(poll_requests=MailboxStateRow.poll_requests + 1)
        request = request if mailbox_id is None else request.where(MailboxStateRow.mailbox_id == mailbox_id)
        self._session.execute(request.execution_options(synchronize_session=False))

    def make_due(self, mailbox_id: int | None = None) -> None:
        """The next visit need not wait: an admin started the monitor, or changed the mailbox."""
        now = update(MailboxStateRow).values(next_poll_at=None)
        now = now if mailbox_id is None else now.where(MailboxStateRow.mailbox_id == mailbox_id)
        self._session.execute(now.execution_options(synchronize_session=False))

    # ------------------------------------------------------------------ reading

    def state(self, mailbox_id: int) -> MailboxState:
        """How polling this mailbox goes."""
        return _state(self._session.get_one(MailboxStateRow, mailbox_id, populate_existing=True))

    def states(self) -> dict[int, MailboxState]:
        """How polling goes, by mailbox that is not deleted."""
        asked = select(MailboxStateRow).join(MailboxRow, MailboxRow.id == MailboxStateRow.mailbox_id)
        rows = self._session.scalars(asked.where(MailboxRow.deleted_at.is_(None)), execution_options={"populate_existing": True})
        return {row.mailbox_id: _state(row) for row in rows}

    def owners(self) -> dict[str, int]:
        """How many mailboxes each host owns."""
        asked = select(MailboxLeaseRow.host_id, func.count()).where(MailboxLeaseRow.expires_at >= self._now())
        rows = self._session.execute(asked.where(MailboxLeaseRow.host_id.is_not(None)).group_by(MailboxLeaseRow.host_id))
        return {host_id: number for host_id, number in rows if host_id}


def hold(connection: Connection, lease: Lease, now: datetime) -> None:
    """Touches the row of the lease and prolongs it: nobody claims the mailbox until this transaction ends (RUN-02).

    Raises `LeaseLost` when somebody has claimed it already.
    """
    mine = (
        MailboxLeaseRow.mailbox_id == lease.mailbox_id,
        MailboxLeaseRow.host_id == lease.host_id,
        MailboxLeaseRow.token == lease.token,
    )
    until = now + timedelta(seconds=LEASE_SECONDS)
    if connection.execute(update(MailboxLeaseRow).where(*mine).values(expires_at=until)).rowcount == 0:
        raise LeaseLost


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        MailboxStateRow.next_poll_at.is_(None),
        MailboxStateRow.next_poll_at <= now,
        MailboxStateRow.poll_requests != MailboxStateRow.polls_served,
    )


def _error_columns(error: PollError | None) -> dict[str, object]:
    if error is None:
        return dict.fromkeys(("error_step", "error_code", "error_facts", "error_detail"))
    return {
        "error_step": error.step,
        "error_code": f"{error.context}.{error.code}",
        "error_facts": json.dumps(facts_to_plain(error.facts), ensure_ascii=False),
        "error_detail": cut(error.detail, 4000),
    }


def _state(row: MailboxStateRow) -> MailboxState:
    return MailboxState(
        mailbox_id=row.mailbox_id,
        cursor=row.cursor,
        last_poll_at=row.last_poll_at,
        last_success_at=row.last_success_at,
        next_poll_at=row.next_poll_at,
        visiting=row.visit_begun_at is not None,
        failures=row.failures,
        authentication_failures=row.authentication_failures,
        alert_record_id=row.alert_record_id,
        error=_error(row),
        unread=row.unread,
        poll_requests=row.poll_requests,
    )


def _error(row: MailboxStateRow) -> PollError | None:
    if row.error_code is None:
        return None
    context, _, code = row.error_code.partition(".")
    facts = facts_from_plain(json.loads(row.error_facts or "{}"))
    return PollError(row.error_step or "", context, code, facts, row.error_detail or "")
