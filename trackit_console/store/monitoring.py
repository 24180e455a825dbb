"""How monitors and consoles meet in the database: what is wanted, who runs, who may poll, how polling goes (RUN-01, RUN-02).

Claims are compare-and-swap updates, so they need no locks that SQLite lacks. None of these commits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from trackit_console.clock import Clock
from trackit_console.store.column_types import cut
from trackit_console.store.tables import MailboxLeaseRow, MailboxStateRow, MonitorControlRow, MonitorHostRow

LEASE_SECONDS = 30
"""A dead host's mailboxes are free after this long (RUN-02: within a minute)."""
HOST_SECONDS = 15
"""A host that has not been heard of for this long is taken for dead."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether the monitor is wanted to run; `restarts` counts the wishes to restart it."""

    running: bool
    restarts: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Host:
    """A process that runs the engine; `kind` is `console` or `headless`, `state` `running` or `stopped`."""

    id: str
    name: str
    kind: str
    state: str
    revision: int
    started_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll a mailbox; writes under an older token are refused.

    `cut_off`: whoever had it before did not give it back, so that visit ended in its midst.
    """

    mailbox_id: int
    host_id: str
    token: int
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How polling a mailbox goes. The error is that of the last visit, None after a success."""

    mailbox_id: int
    cursor: str | None
    last_poll_at: datetime | None
    last_success_at: datetime | None
    next_poll_at: datetime | None
    failures: int
    error: PollError | None
    unread: int | None
    poll_requests: int


@dataclass(frozen=True, slots=True)
class PollError:
    """What stopped the last visit: the step, its code, what happened and what to do, in English."""

    step: str
    code: str
    detail: str
    remedy: str


class Monitoring:
    """Reads and writes the state that hosts and consoles share. It never commits."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def wanted(self) -> Wanted:
        """Whether the monitor is wanted to run."""
        row = self._session.execute(select(MonitorControlRow)).scalar_one()
        return Wanted(row.wanted, row.restarts, row.changed_at)

    def want(self, running: bool, by: str) -> None:
        """**Start Now** and **Stop Now**: for the monitor as a whole, on every host."""
        self._control(by, wanted=running)

    def want_restart(self, by: str) -> None:
        """**Restart**: every host stops, reads the settings anew and starts."""
        self._control(by, wanted=True, restarts=MonitorControlRow.restarts + 1)

    def _control(self, by: str, **values: object) -> None:
        self._session.execute(update(MonitorControlRow).values(changed_at=self._clock.now(), changed_by=cut(by, 255), **values))

    def report(self, host: Host) -> None:
        """Keeps that `host` is alive and what it does; forgets hosts that died long ago."""
        values = {
            "name": host.name,
            "kind": host.kind,
            "state": host.state,
            "revision": host.revision,
            "heartbeat_at": host.heartbeat_at,
        }
        hit = self._session.connection().execute(
            update(MonitorHostRow).where(MonitorHostRow.id == host.id).values(**values, started_at=host.started_at)
        )
        if hit.rowcount == 0:
            self._session.execute(insert(MonitorHostRow).values(id=host.id, started_at=host.started_at, **values))
        dead = host.heartbeat_at - timedelta(hours=1)
        self._session.execute(delete(MonitorHostRow).where(MonitorHostRow.heartbeat_at < dead))

    def leave(self, host_id: str) -> None:
        """The host ends: its leases are free at once."""
        free = {"host_id": None, "expires_at": self._clock.now()}
        self._session.execute(update(MailboxLeaseRow).where(MailboxLeaseRow.host_id == host_id).values(**free))
        self._session.execute(delete(MonitorHostRow).where(MonitorHostRow.id == host_id))

    def hosts(self) -> list[Host]:
        """The hosts that are alive, the longest running first."""
        since = self._clock.now() - timedelta(seconds=HOST_SECONDS)
        rows = self._session.scalars(
            select(MonitorHostRow).where(MonitorHostRow.heartbeat_at >= since).order_by(MonitorHostRow.started_at)
        )
        return [Host(row.id, row.name, row.kind, row.state, row.revision, row.started_at, row.heartbeat_at) for row in rows]

    def claim(self, mailbox_id: int, host_id: str) -> Lease | None:
        """The lease of the mailbox, None while another living host has it."""
        now = self._clock.now()
        row = self._session.execute(
            select(MailboxLeaseRow.host_id, MailboxLeaseRow.token).where(MailboxLeaseRow.mailbox_id == mailbox_id)
        ).one_or_none()
        if row is None:
            return None
        free = or_(MailboxLeaseRow.host_id.is_(None), MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at < now)
        hit = self._session.connection().execute(
            update(MailboxLeaseRow)
            .where(MailboxLeaseRow.mailbox_id == mailbox_id, MailboxLeaseRow.token == row.token, free)
            .values(host_id=host_id, token=row.token + 1, expires_at=now + timedelta(seconds=LEASE_SECONDS))
        )
        return Lease(mailbox_id, host_id, row.token + 1, cut_off=row.host_id is not None) if hit.rowcount else None

    def renew(self, host_id: str, mailbox_ids: Collection[int]) -> None:
        """Prolongs the leases that `host_id` still has."""
        until = self._clock.now() + timedelta(seconds=LEASE_SECONDS)
        mine = (MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.mailbox_id.in_(mailbox_ids))
        self._session.execute(update(MailboxLeaseRow).where(*mine).values(expires_at=until))

    def release(self, lease: Lease) -> None:
        """Frees the mailbox, unless somebody else has it by now."""
        mine = (MailboxLeaseRow.mailbox_id == lease.mailbox_id, MailboxLeaseRow.token == lease.token)
        self._session.execute(update(MailboxLeaseRow).where(*mine).values(host_id=None, expires_at=self._clock.now()))

    def state(self, mailbox_id: int) -> MailboxState:
        """How polling this mailbox goes."""
        return _state(self._session.get_one(MailboxStateRow, mailbox_id, populate_existing=True))

    def states(self) -> dict[int, MailboxState]:
        """How polling goes, by mailbox."""
        return {row.mailbox_id: _state(row) for row in self._session.scalars(select(MailboxStateRow))}

    def polled(self, mailbox_id: int, error: PollError | None, unread: int | None) -> None:
        """Keeps how a visit ended; a success clears the count of failures."""
        now = self._clock.now()
        row = self._session.get_one(MailboxStateRow, mailbox_id)
        row.last_poll_at = now
        row.failures = row.failures + 1 if error else 0
        row.error_step, row.error_code = (error.step, error.code) if error else (None, None)
        row.error_detail = cut(error.detail, 4000) if error else None
        row.error_remedy = cut(error.remedy, 4000) if error else None
        if error is None:
            row.last_success_at = now
            row.unread = unread

    def plan(self, mailbox_id: int, next_poll_at: datetime | None) -> None:
        """Keeps when the next visit is due, for people to see."""
        self._session.execute(
            update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox_id).values(next_poll_at=next_poll_at)
        )

    def request_poll(self, mailbox_id: int | None = None) -> None:
        """**Poll Now**, of one mailbox or of all: whichever host has it visits it at once (MON-07)."""
        wish = update(MailboxStateRow).values(poll_requests=MailboxStateRow.poll_requests + 1)
        self._session.execute(wish if mailbox_id is None else wish.where(MailboxStateRow.mailbox_id == mailbox_id))

    def poll_requests(self) -> dict[int, int]:
        """How often each mailbox was wished to be polled now."""
        rows = self._session.execute(select(MailboxStateRow.mailbox_id, MailboxStateRow.poll_requests))
        return {row.mailbox_id: row.poll_requests for row in rows}


def _state(row: MailboxStateRow) -> MailboxState:
    error = (
        PollError(row.error_step or "", row.error_code, row.error_detail or "", row.error_remedy or "")
        if row.error_code
        else None
    )
    return MailboxState(
        mailbox_id=row.mailbox_id,
        cursor=row.cursor,
        last_poll_at=row.last_poll_at,
        last_success_at=row.last_success_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        error=error,
        unread=row.unread,
        poll_requests=row.poll_requests,
    )
