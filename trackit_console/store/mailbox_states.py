"""How the visits to a mailbox go, and when the next is due (RUN-05, MON-04, MON-07). None of these commits.

Who may visit it is in `mailbox_leases`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from trackit_console.domain.polling import Lease, MailboxState, VisitEnd
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.mailbox_leases import give_back_lease, hold_lease
from trackit_console.store.reading_session import ReadingSession, object_of
from trackit_console.store.row_mapping import Stored
from trackit_console.store.state_columns import error_columns, state_of
from trackit_console.store.statements import written_out
from trackit_console.store.tables import MailboxRow, MailboxStateRow
from trackit_console.store.visit_backlog import Backlog, take_up_backlog

ALL_STATES = (
    select(*MailboxStateRow.__table__.columns)
    .join(MailboxRow, MailboxRow.id == MailboxStateRow.mailbox_id)
    .where(MailboxRow.deleted_at.is_(None))
)


class MailboxStates:
    """Keeps how visits end, and requests to poll. It never commits. `now` and `moment` are those of `Transaction`."""

    def __init__(self, session: ReadingSession, now: Callable[[], datetime], moment: Callable[[], datetime | None]) -> None:
        self._session = session
        self._now = now
        self._moment = moment

    # ------------------------------------------------------------------ visits

    def take_up_backlog(self, mailbox: Stored[Mailbox]) -> Backlog:
        """What earlier visits left to the one that was begun. Another account or folder has no backlog, and starts over."""
        return take_up_backlog(self._session, mailbox, self._now)

    def break_off(self, lease: Lease, *, give_back: bool = False) -> None:
        """The visit was stopped in good order: nothing is kept of it but that it is over. `give_back` ends the lease as well."""
        self._hold(lease, give_back=give_back)
        # Cleared, or the next visit would take this one for a crash and download messages one by one.
        self._update(lease.mailbox_id, visit_begun_at=None)

    def end_visit(
        self, lease: Lease, end: VisitEnd, delay: Callable[[int], timedelta], *, give_back: bool = False
    ) -> MailboxState:
        """Keeps how a visit ended and when the next is due; answers the state before. `give_back` ends the lease as well.

        `delay` is the time until the next visit after so many failures in a row. A success clears the counts, a sign-in
        that succeeded that of the failed sign-ins. Raises `LeaseLost` when another host has the mailbox by now.
        """
        # First the lease, then the state: of two hosts only one may count this failure, and make a ticket of it (MON-04).
        self._hold(lease, give_back=give_back)
        now = self._now()
        before = self.state(lease.mailbox_id)
        failures = before.failures + 1 if end.error else 0
        kept: dict[str, object] = {
            "visit_begun_at": None,
            "last_poll_at": now,
            "next_poll_at": now + delay(failures),
            "failures": failures,
            **error_columns(end.error),
        }
        # Only a sign-in that succeeds clears this count: an unreachable server in between says nothing about the password.
        if end.refused:
            kept["authentication_failures"] = before.authentication_failures + 1
        elif end.opened or end.error is None:
            kept["authentication_failures"] = 0
        if end.error is None:
            kept |= {"last_success_at": now, "unread": end.unread}
        self._update(lease.mailbox_id, **kept)
        return before

    def _hold(self, lease: Lease, *, give_back: bool) -> None:
        # Given back or not, its row stays locked until the transaction ends.
        (give_back_lease if give_back else hold_lease)(self._session.connection(), lease, self._moment())

    def keep_alert(self, mailbox_id: int, record_id: int | None) -> None:
        """Keeps the ticket that tells of the present outage, None when it is over (MON-04)."""
        self._update(mailbox_id, alert_record_id=record_id)

    def _update(self, mailbox_id: int, **values: object) -> None:
        statement = update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox_id).values(**values)
        if values.get("error_code") is None:  # what is left is our own: no words of a server, nothing that people wrote
            statement = written_out(self._session.connection(), statement)
        self._session.execute(statement.execution_options(synchronize_session=False))

    # ------------------------------------------------------------------ requests

    def request_poll(self, mailbox_id: int | None = None) -> None:
        """**Poll Now**, of one mailbox or of all: whichever host owns it visits it at once (MON-07)."""
        # A counter, not a flag: a request that comes during a visit asks for another visit.
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
        # Read again: the states are written by UPDATE, of which the identity map knows nothing.
        asked = select(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox_id)
        asked = written_out(self._session.connection(), asked)
        return state_of(self._session.scalars(asked, execution_options={"populate_existing": True}).one())

    def states(self) -> dict[int, MailboxState]:
        """How polling goes, by mailbox that is not deleted."""
        return {row.mailbox_id: state_of(object_of(MailboxStateRow, row)) for row in self._session.rows(ALL_STATES)}
