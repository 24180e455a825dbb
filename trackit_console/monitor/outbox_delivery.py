"""Sends what is due in the outbox, one claim after the other, over one connection (OUT-06).

The order is the guarantee: a mail is claimed, handed over to the server, and what the server answered is committed before the
next one is touched. A process that dies in between sends that one mail again: the window is SMTP's own (RFC 5321 section
4.5.4.1). On which thread and when this runs is in `outbox_sender`; what an answer means is in `outbox_verdicts`.
"""

from __future__ import annotations

import platform
import random
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar
from uuid import uuid4

from trackit_console.clock import Clock
from trackit_console.domain.effects import AddNote, Change, SendMail
from trackit_console.domain.outgoing_mail import Attempt, ClaimedMail, MailState
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT
from trackit_console.monitor.errors import MailNotSent
from trackit_console.monitor.outbox_delays import GIVE_UP_AFTER, delay, next_try
from trackit_console.monitor.outbox_log import OutboxLog
from trackit_console.monitor.outbox_notes import sent_note
from trackit_console.monitor.outbox_verdicts import is_about_account, is_doubtful, not_sent, reason_of, taken
from trackit_console.settings.outgoing import Outgoing
from trackit_console.store.database import Database
from trackit_console.store.errors import DatabaseUnavailable, NotStorable, StoreError
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.row_mapping import Stored
from trackit_console.store.unit_of_work import UnitOfWork
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.source import Sender

T = TypeVar("T")
OpenSender = Callable[[Outgoing], Sender]
Digest = Callable[[Sequence[ClaimedMail]], SendMail]
"""Makes one mail of several that wait for the same digest."""
RENEW_AFTER = timedelta(seconds=15)
DOUBTFUL_IN_A_ROW = 3
"""Errors after which the server is taken for the cause, and not the mail in hand."""


class _AccountFailed(Exception):
    """The outgoing account does not work; it was kept, and the rest of the mail waits."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was committed. `state` None: nothing, the mail is another host's by now. `account_works`: again."""

    state: MailState | None
    attempt: Attempt
    account_works: bool = False


class OutboxDelivery:
    """One run of sending, on a thread of its own; `stop`, `abort` and `renew` may be called from others."""

    def __init__(
        self,
        database: Database,
        outgoing: Stored[Outgoing],
        clock: Clock,
        *,
        sender_factory: OpenSender,
        digest: Digest | None = None,
        log_mails: bool = False,
    ) -> None:
        self._database = database
        self._outgoing = outgoing
        self._clock = clock
        self._open_sender = sender_factory
        self._digest = digest
        self._log = OutboxLog(outgoing.value, enabled=log_mails)
        # A key of its own for each run: a run that was left behind must not take the mail of its successor for its own.
        self._owner = str(uuid4())
        self._stop = threading.Event()
        self._sender: Sender | None = None
        self._account_failing = False
        self._doubtful = 0
        self._renewed_at = clock.now()
        self._mine: Collection[int] = ()
        self.counts = dict.fromkeys(MailState, 0)

    # ------------------------------------------------------------------ for other threads

    def stop(self) -> None:
        """Ends it after the mail in hand."""
        self._stop.set()

    def abort(self) -> None:
        """Ends a call to the server that does not come back (RUN-06)."""
        self._stop.set()
        if (sender := self._sender) is not None:
            sender.abort()

    def renew(self) -> None:
        """Keeps the claims while a server takes its time; to be called often, does something now and then. Raises `StoreError`."""
        if self._mine and self._is_old:
            self._renew()

    # ------------------------------------------------------------------ the run

    def run(self) -> None:
        """Sends until nothing is due; raises nothing but `StoreError`."""
        try:
            while not self._stop.is_set() and (mails := self._claim()):
                for mail in self._combined(mails):
                    self._deliver(mail)
        except (_AccountFailed, Cancelled):
            pass
        finally:
            self._close()
            self._give_back()

    def _claim(self) -> list[ClaimedMail]:
        def claim() -> tuple[list[ClaimedMail], bool]:
            with self._database.begin() as transaction:
                outbox = transaction.outbox
                return outbox.claim(self._owner, self._outgoing.version), outbox.trouble() is not None

        self._renewed_at = self._clock.now()
        mails, self._account_failing = self._database.retrying(claim)
        self._mine = {mail.id for mail in mails}
        return mails

    def _combined(self, mails: Sequence[ClaimedMail]) -> Iterator[ClaimedMail]:
        """The mails that are to be sent as they are. Those of a digest are put into one, which the next claim finds."""
        digests: dict[str, list[ClaimedMail]] = {}
        for mail in mails:
            if mail.digest is None or self._digest is None:
                yield mail
            else:
                digests.setdefault(mail.digest, []).append(mail)
        for key, parts in digests.items():
            if self._digest is not None and (alone := self._combine(key, parts, self._digest)):
                yield alone

    def _combine(self, key: str, due: Sequence[ClaimedMail], digest: Digest) -> ClaimedMail | None:
        """Puts all that waits for the same digest into one mail; a single one is sent as it is, and returned."""

        def combine() -> ClaimedMail | None:
            with self._database.unit_of_work() as work:
                mails = work.transaction.outbox.claim_digest(self._owner, key)
                if len(mails) > 1 and not OutboxResults(work, platform.node()).combine(mails, digest(mails)):
                    return None
                work.commit()
            return mails[0] if len(mails) == 1 else None

        try:
            return self._database.retrying(combine)
        except StoreError:
            raise
        except Exception as error:  # the mails of one digest: kept with the error, the others go on
            self._log.fault(due[0])
            for mail in due:
                self._postpone_fault(mail, error)
            return None

    # ------------------------------------------------------------------ one mail

    def _deliver(self, mail: ClaimedMail) -> None:
        """Sends one mail and keeps the answer. Raises `_AccountFailed` and `Cancelled`."""
        if self._stop.is_set():
            raise Cancelled
        if not self._still_mine(mail):
            return
        sender = self._ready_sender(mail)
        try:
            refused = sender.send(mail.content, mail.open_recipients)
        except Cancelled:
            raise
        except TransportError as problem:
            self._not_sent(mail, problem)
        except Exception as error:  # one mail: kept with the error, the others go on
            self._log.fault(mail)
            # What the server is in the middle of is not known any more.
            self._close()
            self._postpone_fault(mail, error)
        else:
            self._doubtful = 0
            self._keep(mail, lambda now: taken(mail, refused, self._again_at(mail, now)))

    def _ready_sender(self, mail: ClaimedMail) -> Sender:
        """The sender, opened anew where the server has hung up. Raises `_AccountFailed` and `Cancelled`."""
        if self._sender is not None and self._sender.usable:
            return self._sender
        self._close()
        self._sender = sender = self._open_sender(self._outgoing.value)
        # In this order: `abort` sets the event before it looks for a sender, so one of the two sees the other.
        if self._stop.is_set():
            raise Cancelled
        try:
            return sender.__enter__()
        except Cancelled:
            raise
        except TransportError as problem:
            self._sender = None  # it has closed itself
            # The mail stays the first in the queue: nothing was learned about it.
            self._account_failed(mail, problem, lambda now: mail.due_at if next_try(mail.begun_at, now, timedelta()) else None)

    def _not_sent(self, mail: ClaimedMail, problem: TransportError) -> None:
        self._doubtful = self._doubtful + 1 if is_doubtful(problem) else 0
        if is_about_account(problem) or self._doubtful >= DOUBTFUL_IN_A_ROW:
            # Others go first at the next try: should it be this mail's fault after all, it does not hold them up.
            self._account_failed(mail, problem, lambda now: self._again_at(mail, now, problem.retry_after))
        self._keep(mail, lambda now: not_sent(problem, self._again_at(mail, now, problem.retry_after)))

    def _postpone_fault(self, mail: ClaimedMail, error: Exception) -> None:
        """A fault of this program over one mail: it is kept, and tried again like any other error."""
        reason = reason_of(MailNotSent(f"{type(error).__name__}: {error}"))
        self._keep(mail, lambda now: Attempt(error=reason, next_try_at=self._again_at(mail, now)))

    def _again_at(self, mail: ClaimedMail, now: datetime, retry_after: float | None = None) -> datetime | None:
        chance = random.random()  # noqa: S311 - spreads the tries of many mails
        return next_try(mail.begun_at, now, delay(mail.tries + 1, chance, retry_after))

    # ------------------------------------------------------------------ what is kept

    def _keep(self, mail: ClaimedMail, attempt_at: Callable[[datetime], Attempt]) -> None:
        """Commits how a try ended, with the note about it; without one that cannot be made: what was sent must be known."""
        try:
            kept = self._written(lambda: self._write(mail, attempt_at, note=True))
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, NotStorable):
                raise
            self._log.fault(mail)
            kept = self._written(lambda: self._write(mail, attempt_at, note=False))
        if kept.state is not None:
            self.counts[kept.state] += 1
        if kept.account_works:
            self._account_failing = False
            self._log.account_works()
        self._log.tried(mail, kept.state, kept.attempt.error)

    def _write(self, mail: ClaimedMail, attempt_at: Callable[[datetime], Attempt], *, note: bool) -> _Kept:
        with self._database.unit_of_work() as work:
            attempt = attempt_at(work.transaction.now)
            results = OutboxResults(work, platform.node())
            state = results.keep(mail, attempt)
            if state is None:
                return _Kept(None, attempt)
            if note and attempt.delivered:
                _add_notes(work, results, mail, attempt.delivered)
            answered = bool(attempt.delivered or attempt.refused)
            works = self._account_failing and answered and work.transaction.outbox.account_works()
            work.commit()
        return _Kept(state, attempt, works)

    def _account_failed(
        self, mail: ClaimedMail, problem: TransportError, again_at: Callable[[datetime], datetime | None]
    ) -> NoReturn:
        """Keeps that nothing can be sent now; a try is counted for the mail in hand alone. Raises `_AccountFailed`."""
        reason = reason_of(problem)

        def write() -> tuple[bool, int]:
            with self._database.unit_of_work() as work:
                now, outbox = work.transaction.now, work.transaction.outbox
                results = OutboxResults(work, platform.node())
                results.keep(mail, Attempt(error=reason, next_try_at=again_at(now)))
                outbox.give_back(self._owner)
                trouble = outbox.trouble()
                chance = random.random()  # noqa: S311 - spreads the tries of several hosts
                wait = delay(trouble.failures + 1 if trouble else 1, chance, problem.retry_after)
                began = outbox.account_failed(self._outgoing.version, reason, now + wait)
                given_up = results.expire(now - GIVE_UP_AFTER, reason)
                work.commit()
            return began, given_up

        began, given_up = self._written(write)
        if began:
            self._log.account_failed(problem)
        if given_up:
            self.counts[MailState.FAILED] += given_up
            self._log.given_up(given_up)
        raise _AccountFailed

    def _written(self, write: Callable[[], T]) -> T:
        """Writes what the server has answered as soon as the database lets it: forgotten, the mail would be sent twice."""
        pause = FIRST_RESTART
        while True:
            try:
                return self._database.retrying(write)
            except DatabaseUnavailable:
                if self._clock.wait(self._stop, pause):
                    raise
                pause = min(pause * 2, LONGEST_DATABASE_WAIT)

    # ------------------------------------------------------------------ claims

    def _still_mine(self, mail: ClaimedMail) -> bool:
        """A computer that slept, or a server that took minutes: what was claimed before may be another's now."""
        if self._is_old:
            self._renew()
        return mail.id in self._mine

    @property
    def _is_old(self) -> bool:
        # By the clock on the wall: the other one may stand still while the computer sleeps.
        return not timedelta() <= self._clock.now() - self._renewed_at < RENEW_AFTER

    def _renew(self) -> None:
        def renew() -> set[int]:
            with self._database.begin() as transaction:
                return transaction.outbox.renew(self._owner)

        self._renewed_at = self._clock.now()
        self._mine = self._database.retrying(renew)

    def _give_back(self) -> None:
        def give_back() -> None:
            with self._database.begin() as transaction:
                transaction.outbox.give_back(self._owner)

        with suppress(StoreError):  # the claims run out by themselves
            self._database.retrying(give_back)

    def _close(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()


def _add_notes(work: UnitOfWork, results: OutboxResults, mail: ClaimedMail, recipients: Sequence[str]) -> None:
    """The records that the mail is about hear of it; one that was deleted meanwhile does not."""
    sent = [each for each in results.parts(mail) or [mail] if each.record is not None]
    present = work.records({each.record for each in sent if each.record})
    # Quiet: nobody is told by mail that mail was sent.
    notes = [AddNote(each.record, sent_note(each, recipients)) for each in sent if each.record in present]
    work.apply([Change((note,), quiet=True) for note in notes])
