"""Whether the monitor is wanted, which hosts are alive, and which console hosts it (RUN-01, RUN-02). None of these commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from trackit_console.store.column_types import cut
from trackit_console.store.monitoring_views import HEADLESS, Host, Standing, Wanted
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.server_clock import after, ago, present, too_far
from trackit_console.store.statements import written_out
from trackit_console.store.tables import MailboxLeaseRow, MonitorControlRow, MonitorHostRow

HOST_SECONDS = 15
"""A host that has not been heard of for this long is taken for dead."""
FORGOTTEN_SECONDS = 3600
"""After this long its row is deleted: one that hangs for a minute keeps it."""

WANTED = select(MonitorControlRow.wanted, MonitorControlRow.restarts, MonitorControlRow.changed_at, MonitorControlRow.changed_by)


class Monitoring:
    """Reads and writes what hosts and consoles agree on. It never commits. `now` and `moment` are those of `Transaction`."""

    def __init__(self, session: ReadingSession, now: Callable[[], datetime], moment: Callable[[], datetime | None]) -> None:
        self._session = session
        self._now = now
        self._moment = moment

    # ------------------------------------------------------------------ what is wanted

    def wanted(self) -> Wanted:
        """Whether the monitor is wanted to run."""
        [row] = self._session.rows(WANTED)
        return Wanted(*row)

    def want(self, running: bool, by: str) -> None:
        """**Start Now** and **Stop Now**: for the monitor as a whole, on every host."""
        self._control(by, wanted=running)

    def want_restart(self, by: str) -> None:
        """**Restart**: every host stops, reads the settings anew and starts."""
        self._control(by, wanted=True, restarts=MonitorControlRow.restarts + 1)

    def want_at_first(self, by: str) -> None:
        """Starts the monitor where nobody has started or stopped it yet; a **Stop Now** stays in force (RUN-01)."""
        never = MonitorControlRow.changed_by == ""
        values = {"wanted": True, "changed_at": self._now(), "changed_by": cut(by, 255)}
        self._session.execute(update(MonitorControlRow).where(never).values(**values))

    def _control(self, by: str, **values: object) -> None:
        self._session.execute(update(MonitorControlRow).values(changed_at=self._now(), changed_by=cut(by, 255), **values))

    # ------------------------------------------------------------------ who is alive

    def report(self, host: Host) -> None:
        """Keeps that `host` is alive and what it does, by the database's clock."""
        connection, now = self._session.connection(), present(self._moment())
        changing = {"state": host.state, "revision": host.revision, "heartbeat_at": now}
        # UPDATE, then INSERT: there is no upsert that both databases know, and only this host writes its row.
        beat = update(MonitorHostRow).where(MonitorHostRow.id == host.id).values(**changing)
        if connection.execute(written_out(connection, beat)).rowcount == 0:
            lasting = {"id": host.id, "name": host.name, "kind": host.kind, "started_at": host.started_at}
            connection.execute(insert(MonitorHostRow).values(**lasting, **changing))

    def forget_dead(self) -> None:
        """Forgets hosts that died long ago; by key and in order, so that two hosts that do so do not wait for each other."""
        dead = select(MonitorHostRow.id).where(MonitorHostRow.heartbeat_at < ago(FORGOTTEN_SECONDS, self._moment()))
        for host_id in sorted(self._session.scalars(dead)):
            self._session.execute(delete(MonitorHostRow).where(MonitorHostRow.id == host_id))

    def leave(self, host_id: str) -> None:
        """The host ends: others may take over at once."""
        # Only its own claim: another console may have taken over after this one hung.
        mine = MonitorControlRow.console_host_id == host_id
        self._session.execute(update(MonitorControlRow).where(mine).values(console_host_id=None, console_expires_at=None))
        self._session.execute(delete(MonitorHostRow).where(MonitorHostRow.id == host_id))

    def hosts(self) -> list[Host]:
        """The hosts that are alive, the longest running first."""
        host = MonitorHostRow
        columns = (host.id, host.name, host.kind, host.state, host.revision, host.started_at, host.heartbeat_at)
        asked = select(*columns).where(alive(self._moment())).order_by(host.started_at)
        return [Host(*row) for row in self._session.rows(asked)]

    def standing(self, host_id: str) -> Standing:
        """What a host must know to keep to its share of the mailboxes, in one statement: it asks with every heartbeat."""
        connection, moment = self._session.connection(), self._moment()
        running = select(func.count()).where(MonitorHostRow.state == "running", alive(moment))
        mine = and_(MailboxLeaseRow.host_id == host_id, MailboxLeaseRow.expires_at >= present(moment))
        # The row of what is wanted is there even when the host owns nothing.
        asked = select(running.scalar_subquery(), MailboxLeaseRow.mailbox_id).select_from(
            MonitorControlRow.__table__.outerjoin(MailboxLeaseRow.__table__, mine)
        )
        rows = connection.execute(written_out(connection, asked.order_by(MailboxLeaseRow.mailbox_id))).all()
        return Standing(rows[0][0], [number for _, number in rows if number is not None])

    # ------------------------------------------------------------------ which console hosts

    def host_in_console(self, host_id: str) -> bool:
        """Claims, or keeps, the right to host the monitor in a console; False while another console or a headless host does.

        Compare and swap: of several consoles that ask at once one gets it. It runs out with the host's heartbeat.
        """
        connection, moment = self._session.connection(), self._moment()
        headless = exists().where(MonitorHostRow.kind == HEADLESS, alive(moment))
        free = or_(
            MonitorControlRow.console_host_id.is_(None),
            MonitorControlRow.console_host_id == host_id,
            MonitorControlRow.console_expires_at < present(moment),
            MonitorControlRow.console_expires_at > too_far(HOST_SECONDS, moment),
        )
        # One statement: a check that came first could be out of date when the claim is written.
        claim = update(MonitorControlRow).where(free, ~headless)
        claim = claim.values(console_host_id=host_id, console_expires_at=after(HOST_SECONDS, moment))
        return connection.execute(written_out(connection, claim)).rowcount == 1


def alive(moment: datetime | None) -> ColumnElement[bool]:
    """Whether a host was heard of lately. `moment` is that of `Transaction`."""
    return MonitorHostRow.heartbeat_at.between(ago(HOST_SECONDS, moment), too_far(0, moment))
