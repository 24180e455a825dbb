"""Sends what is due in the outbox, one claim after the other, over one connection (OUT-06).

The order is the guarantee: a mail is claimed, handed over to the server, and what the server answered is committed before the
next one is touched. A process that dies in between sends that one mail again: the window is SMTP's own (RFC 5321 section
4.5.4.1). When this runs is in `outbox_sender`, what an answer means in `outbox_verdicts`, how it is kept in `outbox_answers`.
"""

from __future__ import annotations

import platform
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from trackit_console.clock import Clock
from trackit_console.domain.effects import SendMail
from trackit_console.domain.outgoing_mail import Attempt, ClaimedMail, MailState
from trackit_console.helpdesk.notifications.from_address import sent_from
from trackit_console.monitor.errors import MailNotSent
from trackit_console.monitor.outbox_answers import OutboxAnswers
from trackit_console.monitor.outbox_claims import OutboxClaims
from trackit_console.monitor.outbox_delays import delay, next_try
from trackit_console.monitor.outbox_digest import digest_of
from trackit_console.monitor.outbox_log import OutboxLog
from trackit_console.monitor.outbox_verdicts import is_about_account, is_doubtful, not_sent, reason_of, taken
from trackit_console.settings.outgoing import Outgoing
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.sender import Sender

OpenSender = Callable[[Outgoing], Sender]
Digest = Callable[[Transaction, Sequence[ClaimedMail]], SendMail]
"""Makes one mail of several that wait for the same digest."""
DOUBTFUL_IN_A_ROW = 3
"""Errors after which the server is taken for the cause, and not the mail in hand."""


class _AccountFailed(Exception):
    """The outgoing account does not work; it was kept, and the rest of the mail waits."""


class OutboxDelivery:
    """One run of sending, on a thread of its own; `stop`, `abort` and `renew` may be called from others."""

    def __init__(
        self,
        database: Database,
        outgoing: Stored[Outgoing],
        clock: Clock,
        *,
        sender_factory: OpenSender,
        digest: Digest = digest_of,
        log_mails: bool = False,
    ) -> None:
        self._database = database
        self._outgoing = outgoing
        self._clock = clock
        self._open_sender = sender_factory
        self._digest = digest
        self._log = OutboxLog(outgoing.value, enabled=log_mails)
        self._stop = threading.Event()
        self._claims = OutboxClaims(database, outgoing.version, clock)
        self._answers = OutboxAnswers(database, outgoing.version, clock, self._stop, self._log)
        self._sender: Sender | None = None
        self._doubtful = 0

    @property
    def counts(self) -> Mapping[MailState, int]:
        """The mails that were tried, by what they became."""
        return self._answers.counts

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
        """Keeps the claims while a server takes its time; to be called often. Raises `StoreError`."""
        self._claims.renew_in_time()

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
            self._claims.give_back()

    def _claim(self) -> list[ClaimedMail]:
        mails, trouble = self._claims.take()
        self._answers.account_failing = trouble is not None
        return mails

    def _combined(self, mails: Sequence[ClaimedMail]) -> Iterator[ClaimedMail]:
        """The mails that are to be sent as they are. Those of a digest are put into one, which the next claim finds."""
        digests: dict[str, list[ClaimedMail]] = {}
        for mail in mails:
            if mail.digest is None:
                yield mail
            else:
                digests.setdefault(mail.digest, []).append(mail)
        for key, parts in digests.items():
            if alone := self._combine(key, parts):
                yield alone

    def _combine(self, key: str, due: Sequence[ClaimedMail]) -> ClaimedMail | None:
        """Puts all that waits for the same digest into one mail; a single one is sent as it is, and returned."""

        def combine() -> ClaimedMail | None:
            with self._database.unit_of_work() as work:
                mails = work.transaction.outbox.claim_digest(self._claims.owner, key)
                if len(mails) > 1:
                    made = self._digest(work.transaction, mails)
                    if not OutboxResults(work, platform.node()).combine(mails, made):
                        # Not committed: one of the mails is another's by now, and so the digest must not be in the outbox either.
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
        if not self._claims.holds(mail):
            return
        sender = self._ready_sender(mail)
        try:
            refused = sender.send(sent_from(mail.content, self._outgoing.value.from_address), mail.open_recipients)
        # `Cancelled` is a `TransportError` too: without this, a stop would count as a failed try of the mail.
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
            self._answers.keep(mail, lambda now: taken(mail, refused, self._again_at(mail, now)))

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
            # Nothing was learned of the mail: it keeps its place in the queue.
            self._answers.account_failed(mail, problem, lambda _now: mail.due_at)
            raise _AccountFailed from problem

    def _not_sent(self, mail: ClaimedMail, problem: TransportError) -> None:
        self._doubtful = self._doubtful + 1 if is_doubtful(problem) else 0
        if is_about_account(problem) or self._doubtful >= DOUBTFUL_IN_A_ROW:
            # Others go first at the next try: should it be this mail's fault after all, it does not hold them up.
            self._answers.account_failed(mail, problem, lambda now: self._again_at(mail, now, problem.retry_after))
            raise _AccountFailed from problem
        self._answers.keep(mail, lambda now: not_sent(problem, self._again_at(mail, now, problem.retry_after)))

    def _postpone_fault(self, mail: ClaimedMail, error: Exception) -> None:
        """A fault of this program over one mail: it is kept, and tried again like any other error."""
        reason = reason_of(MailNotSent(f"{type(error).__name__}: {error}"))
        self._answers.keep(mail, lambda now: Attempt(error=reason, next_try_at=self._again_at(mail, now)))

    def _again_at(self, mail: ClaimedMail, now: datetime, retry_after: float | None = None) -> datetime | None:
        chance = random.random()  # noqa: S311 - spreads the tries of many mails
        return next_try(mail.begun_at, now, delay(mail.tries + 1, chance, retry_after), mail.tries + 1)

    def _close(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
