"""What waits in the outbox, and who sends it: claimed by one host at a time, by the database's own clock (OUT-06).

`outbox_writer` puts mail in, within the transaction of its event; `outbox_results` keeps what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select, union, union_all, update
from sqlalchemy.orm import Session

from trackit_console.domain.outgoing_mail import GIVE_UP_AFTER, ClaimedMail, MailState, OutgoingTrouble
from trackit_console.domain.reason_json import reasons_from_json
from trackit_console.domain.records import AppliedReason
from trackit_console.store.outbox_columns import addresses_of, record_of
from trackit_console.store.outbox_errors import kept_error
from trackit_console.store.server_clock import present, too_far
from trackit_console.store.statements import in_parts, within_bytes
from trackit_console.store.tables import OutboxRow, OutgoingStateRow, RecordRow

CLAIM_SECONDS = 60
"""A dead host's mail is free after this long. More than for mailboxes: who takes over too early sends twice."""
_LONGEST_DELAY_SECONDS = int(GIVE_UP_AFTER.total_seconds())
_OLDEST_FIRST = (OutboxRow.next_try_at, OutboxRow.id)
CLAIMED_MAILS = 50
CLAIMED_BYTES = 8 * 1024 * 1024
"""Bounds of one claim, and so of the memory that it takes. A single larger mail is claimed alone."""


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How many mails wait to be sent and how many were given up; since when the oldest waits, None if none does."""

    waiting: int
    failed: int
    oldest_at: datetime | None


class Outbox:
    """The outbox within one transaction. It never commits."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def summary(self) -> OutboxSummary:
        """The outbox in numbers."""
        # Not what was sent: of that there is ever more.
        unsent = OutboxRow.state.in_((MailState.WAITING.value, MailState.FAILED.value))
        asked = select(OutboxRow.state, func.count(), func.min(OutboxRow.created_at)).where(unsent).group_by(OutboxRow.state)
        found = {state: (number, oldest) for state, number, oldest in self._session.execute(asked)}
        waiting, oldest_at = found.get("waiting", (0, None))
        return OutboxSummary(waiting, found.get("failed", (0, None))[0], oldest_at)

    def trouble(self) -> OutgoingTrouble | None:
        """What is wrong with the outgoing account, None while it works."""
        asked = select(OutgoingStateRow).where(OutgoingStateRow.failures > 0)
        row = self._session.execute(asked, execution_options={"populate_existing": True}).scalar_one_or_none()
        if row is None:
            return None
        return OutgoingTrouble(row.failures, row.failing_since or self._now(), row.next_try_at, reasons_from_json(row.error))

    # ------------------------------------------------------------------ the outgoing account

    def account_failed(self, account_version: int, error: AppliedReason, next_try_at: datetime) -> bool:
        """Nothing is tried by these settings of the account before `next_try_at`. Returns whether it worked until now."""
        state = OutgoingStateRow
        failing = {"account_version": account_version, "next_try_at": next_try_at, "error": kept_error(error)}
        first = {**failing, "failures": 1, "failing_since": self._now()}
        if self._execute(update(state).where(state.failures == 0).values(**first)).rowcount:
            return True
        self._execute(update(state).values(**failing, failures=state.failures + 1))
        return False

    def account_works(self) -> bool:
        """The server took a mail. Returns whether the account was failing."""
        state = OutgoingStateRow
        values = {"failures": 0, "failing_since": None, "next_try_at": None, "error": None}
        return bool(self._execute(update(state).where(state.failures > 0).values(**values)).rowcount)

    # ------------------------------------------------------------------ claiming

    def due(self, account_version: int) -> bool:
        """Whether a claim may find something."""
        return self._session.execute(due_mail(account_version, self._now())).first() is not None

    def claim(
        self, owner: str, account_version: int, limit: int = CLAIMED_MAILS, bytes_limit: int = CLAIMED_BYTES
    ) -> list[ClaimedMail]:
        """The mail that is due, the oldest first; it is the owner's for `CLAIM_SECONDS`, or until it is renewed.

        `owner` is the key of one run of sending, not of a host: what an earlier run of the same host left behind is not its.
        Nothing while the outgoing account is delayed. If that is to be tried again, one owner alone gets mail to try it with.
        """
        now = self._now()
        if not self._may_try(account_version, now):
            return []
        size = func.datalength if self._session.get_bind().dialect.name == "mssql" else func.length
        asked = select(OutboxRow.next_try_at, OutboxRow.id, size(OutboxRow.content).label("bytes")).limit(limit)
        # Of several hosts that ask SQL Server at the same time, each passes over what another has just read.
        asked = asked.with_hint(OutboxRow, "WITH (UPDLOCK, READPAST, ROWLOCK)", "mssql").order_by(*_OLDEST_FIRST)
        found = self._session.execute(union(*(asked.where(each).subquery().select() for each in _claimable(now)))).all()
        oldest = sorted(tuple(row) for row in found)[:limit]
        self._take(within_bytes(((number, length) for _, number, length in oldest), bytes_limit), owner, now)
        return self.claimed(owner)

    def claim_digest(self, owner: str, digest: str) -> list[ClaimedMail]:
        """All mail that waits for the same digest and that nobody else has claimed, the oldest first."""
        now = self._now()
        same = (OutboxRow.state == MailState.WAITING.value, OutboxRow.digest == digest)
        found = self._session.scalars(select(OutboxRow.id).where(*same, free(now)))
        self._take(list(found), owner, now, due=False)
        return [mail for mail in self.claimed(owner) if mail.digest == digest]

    def claimed(self, owner: str) -> list[ClaimedMail]:
        """What is this owner's and was not sent yet, the oldest first; not what is free for others already."""
        asked = (
            select(OutboxRow.__table__, RecordRow.module)
            .outerjoin(RecordRow, RecordRow.id == OutboxRow.record_id)
            .where(*self._still_of(owner, self._now()))
            .order_by(*_OLDEST_FIRST)
        )
        return [claimed_mail(row, owner) for row in self._session.execute(asked)]

    def renew(self, owner: str) -> set[int]:
        """Prolongs the claims of `owner`; returns the mails that are still its."""
        now = self._now()
        mine = self._still_of(owner, now)
        self._execute(update(OutboxRow).where(*mine).values(claim_expires_at=now + timedelta(seconds=CLAIM_SECONDS)))
        return set(self._session.scalars(select(OutboxRow.id).where(*mine)))

    def give_back(self, owner: str) -> None:
        """What was claimed and not sent is free for others at once."""
        mine = (OutboxRow.claim_owner == owner, OutboxRow.state == MailState.WAITING.value)
        self._execute(update(OutboxRow).where(*mine).values(claim_owner=None, claim_expires_at=None))

    @staticmethod
    def _still_of(owner: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (OutboxRow.claim_owner == owner, OutboxRow.state == MailState.WAITING.value, OutboxRow.claim_expires_at >= now)

    def _may_try(self, account_version: int, now: datetime) -> bool:
        """Whether the account works, or is to be tried by this claim: then nobody else does at the same time."""
        if self.trouble() is None:
            return True
        reserved = {"account_version": account_version, "next_try_at": now + timedelta(seconds=CLAIM_SECONDS)}
        statement = update(OutgoingStateRow).where(~_delayed(account_version, now)).values(**reserved)
        return bool(self._execute(statement).rowcount)

    def _take(self, ids: Sequence[int], owner: str, now: datetime, *, due: bool = True) -> None:
        """Compare and swap: a mail that another took since it was read is not in the claim."""
        claim = {"claim_owner": owner, "claim_expires_at": now + timedelta(seconds=CLAIM_SECONDS)}
        still = or_(*_claimable(now)) if due else and_(OutboxRow.state == MailState.WAITING.value, free(now))
        for part in in_parts(sorted(ids)):
            self._execute(update(OutboxRow).where(OutboxRow.id.in_(part), still).values(**claim))

    def _execute(self, statement: Any) -> Any:
        return self._session.connection().execute(statement)


def due_mail(account_version: int | ColumnElement[int], at: datetime | None) -> CompoundSelect[int]:
    """The ids of the mails that a claim may find at `at` (see `server_clock.present`), by indexes, for whoever asks every second."""
    delayed = select(OutgoingStateRow.id).where(_delayed(account_version, at)).exists()
    return union_all(*(select(OutboxRow.id).where(each, ~delayed) for each in _claimable(at)))


def free(at: datetime | None) -> ColumnElement[bool]:
    """Whether nobody sends the mail at `at`, or whoever did has died."""
    ended = or_(OutboxRow.claim_expires_at < present(at), OutboxRow.claim_expires_at > too_far(CLAIM_SECONDS, at))
    return or_(OutboxRow.claim_owner.is_(None), ended)


def _claimable(at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """Each of these is a range of an index. As one condition, all that waits would be read."""
    waiting = OutboxRow.state == MailState.WAITING.value
    # The same by what no index of the state answers: SQLite would take that one, and read all that waits.
    not_over = OutboxRow.state.not_in([each.value for each in MailState if each is not MailState.WAITING])
    return (
        and_(waiting, OutboxRow.next_try_at <= present(at), free(at)),
        # Written while the clock was ahead. One that was tried since then has a delay by the right time.
        and_(not_over, OutboxRow.created_at > too_far(0, at), OutboxRow.tries == 0, free(at)),
        and_(waiting, OutboxRow.next_try_at > too_far(_LONGEST_DELAY_SECONDS, at), OutboxRow.tries > 0, free(at)),
    )


def _delayed(account_version: int | ColumnElement[int], at: datetime | None) -> ColumnElement[bool]:
    # Never NULL, which would be neither delayed nor not delayed.
    until = func.coalesce(OutgoingStateRow.next_try_at, present(at))
    later = and_(until > present(at), until <= too_far(_LONGEST_DELAY_SECONDS, at))
    return and_(OutgoingStateRow.failures > 0, OutgoingStateRow.account_version == account_version, later)


def claimed_mail(row: Any, owner: str) -> ClaimedMail:
    """`row` has all columns of the outbox and the `module` of its record."""
    return ClaimedMail(
        id=row.id,
        owner=owner,
        recipients=addresses_of(row.recipients),
        delivered=addresses_of(row.delivered),
        refused=addresses_of(row.refused),
        subject=row.subject,
        record=record_of(row),
        message_id=row.message_id,
        content=row.content,
        by=row.sender_name,
        tries=row.tries,
        begun_at=row.begins_at or row.created_at,
        due_at=row.next_try_at,
        digest=row.digest,
    )
