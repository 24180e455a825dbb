"""What a host of the monitor asks again and again: is it wanted, and what is due. One statement for all of it (RUN-07).

To a database server it is one round trip; a query for each kind of thing that may be due would make an idle monitor ask all day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, null, select, true

from trackit_console.store.mailbox_leases import due_mailboxes
from trackit_console.store.monitoring_views import Wanted
from trackit_console.store.outbox import due_mail
from trackit_console.store.scheduled_actions import due_actions
from trackit_console.store.server_clock import present
from trackit_console.store.statements import NO, flag, written_out
from trackit_console.store.tables import ActivityRow, MonitorControlRow


@dataclass(frozen=True, slots=True)
class Look:
    """`mailboxes` are the ids of those that are due and that the host owns or may claim, the longest waiting first.

    `mail`: something in the outbox may be sent now. `actions`: a scheduled action is due. `unindexed`: mail waits for the index by
    which it is found. `at` is when that was, by the clock of the database.
    """

    at: datetime
    wanted: Wanted
    mailboxes: list[int]
    mail: bool
    actions: bool
    unindexed: bool


def look(connection: Connection, at: datetime | None, host_id: str, account_version: int | None) -> Look:
    """Asks for the host at the moment `at`, None for that of SQL Server.

    `account_version` is that of the outgoing account; None does not ask for mail.
    """
    now = present(at)
    control, due = MonitorControlRow, due_mailboxes(host_id, at).subquery()
    mail = flag(due_mail(account_version, at)) if account_version is not None else NO
    asked = (
        select(
            (now if at is None else null()).label("at"),
            *(control.wanted, control.restarts, control.changed_at, control.changed_by),
            due.c.mailbox_id,
            mail.label("mail"),
            flag(due_actions(now)).label("actions"),
            flag(select(ActivityRow.delivery_id).where(ActivityRow.indexed.is_(None))).label("unindexed"),
        )
        # The row of what is wanted is there even when no mailbox is due.
        .select_from(control.__table__.outerjoin(due, true()))
        .order_by(due.c.next_poll_at, due.c.mailbox_id)
    )
    rows = connection.execute(written_out(connection, asked)).all()
    first = rows[0]
    wanted = Wanted(first.wanted, first.restarts, first.changed_at, first.changed_by)
    mailboxes = [row.mailbox_id for row in rows if row.mailbox_id is not None]
    return Look(at or first.at, wanted, mailboxes, bool(first.mail), bool(first.actions), bool(first.unindexed))
