"""Commits what a mail server has answered, before the next mail is touched, and tells the log of it (OUT-06).

As long as the answer is not committed the mail would be sent again, so this waits for a database that is away or full.
"""

from __future__ import annotations

import platform
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from trackit_console.clock import Clock
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.outgoing_mail import GIVE_UP_AFTER, Attempt, ClaimedMail, MailState
from trackit_console.monitor.backoff import FIRST_RESTART, LONGEST_DATABASE_WAIT
from trackit_console.monitor.outbox_delays import delay, is_given_up
from trackit_console.monitor.outbox_log import OutboxLog
from trackit_console.monitor.outbox_notes import sent_note
from trackit_console.monitor.outbox_verdicts import reason_of
from trackit_console.store.access_errors import DatabaseRightMissing
from trackit_console.store.database import Database
from trackit_console.store.errors import DatabaseUnavailable, DiskFull, NotStorable, StoreError
from trackit_console.store.outbox_results import OutboxResults
from trackit_console.store.retry import deciding_anew
from trackit_console.store.unit_of_work import UnitOfWork
from trackit_console.transports.errors import TransportError

T = TypeVar("T")
_TAKES_NO_ROWS = (DiskFull, DatabaseRightMissing)
_LESS_MAY_FIT = (*_TAKES_NO_ROWS, NotStorable)
"""Trouble with what is written: less of it may be taken. Any other of the database concerns all of it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was committed. `state` None: nothing, the mail is another host's by now. `account_works`: again."""

    state: MailState | None
    attempt: Attempt
    account_works: bool = False


class OutboxAnswers:
    """Keeps the answers of one run. `stop` ends the wait for the database.

    `account_failing`: the account did not work when its mail was claimed. `counts` are the mails by what they became.
    """

    def __init__(self, database: Database, account_version: int, clock: Clock, stop: threading.Event, log: OutboxLog) -> None:
        self._database = database
        self._account_version = account_version
        self._clock = clock
        self._stop = stop
        self._log = log
        self.account_failing = False
        self.counts = dict.fromkeys(MailState, 0)
        self._told: set[tuple[type[Exception], int | None]] = set()

    def keep(self, mail: ClaimedMail, attempt_at: Callable[[datetime], Attempt]) -> None:
        """Commits how a try ended, or as much of it as the database takes: what was sent must be known."""
        kept = self._written(lambda: self._write_what_fits(mail, attempt_at), waits_for=StoreError)
        if kept.state is not None:
            self.counts[kept.state] += 1
        if kept.account_works:
            self.account_failing = False
            self._log.account_works()
        self._log.tried(mail, kept.state, kept.attempt.error)

    def _write_what_fits(self, mail: ClaimedMail, attempt_at: Callable[[datetime], Attempt]) -> _Kept:
        """The row of the mail, its time line and the note; without one after the other where the database does not take them."""
        for time_line, note in ((True, True), (True, False)):
            try:
                return deciding_anew(partial(self._write, mail, attempt_at, time_line=time_line, note=note))
            except Exception as error:
                if isinstance(error, StoreError) and not isinstance(error, _LESS_MAY_FIT):
                    raise
                self._tell(mail, error)
        # A full database often takes no new rows, and still changes those that are there.
        return self._write(mail, attempt_at, time_line=False, note=False)

    def _tell(self, mail: ClaimedMail, error: Exception) -> None:
        """Once for each trouble: while the database is waited for, the same is met again and again."""
        trouble = (type(error), None if isinstance(error, _TAKES_NO_ROWS) else mail.id)
        if trouble in self._told:
            return
        self._told.add(trouble)
        if isinstance(error, _TAKES_NO_ROWS):
            self._log.written_in_part(error)
        else:
            self._log.fault(mail)

    def _write(self, mail: ClaimedMail, attempt_at: Callable[[datetime], Attempt], *, time_line: bool, note: bool) -> _Kept:
        with self._database.unit_of_work() as work:
            attempt = attempt_at(work.transaction.now)
            results = OutboxResults(work, platform.node())
            state = results.keep(mail, attempt, time_line=time_line)
            if state is None:
                return _Kept(None, attempt)  # not committed: there is nothing to keep
            if note and attempt.delivered:
                _add_notes(work, results, mail, attempt.delivered)
            answered = bool(attempt.delivered or attempt.refused)
            works = self.account_failing and answered and work.transaction.outbox.account_works()
            work.commit()
        return _Kept(state, attempt, works)

    def account_failed(self, mail: ClaimedMail, problem: TransportError, again_at: Callable[[datetime], datetime | None]) -> None:
        """Keeps that nothing can be sent now; a try is counted for the mail in hand alone."""
        reason = reason_of(problem)

        def write() -> tuple[bool, int]:
            with self._database.unit_of_work() as work:
                now, outbox = work.transaction.now, work.transaction.outbox
                results = OutboxResults(work, platform.node())
                # In this order: only who still has the claim can keep a result, and `expire` passes over what is claimed.
                results.keep(mail, Attempt(error=reason, next_try_at=again_at(now)))
                outbox.give_back(mail.owner)
                trouble = outbox.trouble()
                chance = random.random()  # noqa: S311 - spreads the tries of several hosts
                wait = delay(trouble.failures + 1 if trouble else 1, chance, problem.retry_after)
                began = outbox.account_failed(self._account_version, reason, now + wait)
                over = trouble is not None and is_given_up(trouble.since, now, trouble.failures)
                given_up = results.expire(now - GIVE_UP_AFTER, reason) if over else 0
                work.commit()
            return began, given_up

        began, given_up = self._written(write)
        if began:
            self._log.account_failed(problem)
        if given_up:
            self.counts[MailState.FAILED] += given_up
            self._log.given_up(given_up)

    def _written(self, write: Callable[[], T], *, waits_for: type[StoreError] = DatabaseUnavailable) -> T:
        """Writes what the server has answered as soon as the database lets it: forgotten, the mail would be sent twice."""
        pause = FIRST_RESTART
        while True:
            try:
                return self._database.retrying(write)
            except waits_for:
                if self._clock.wait(self._stop, pause):
                    raise
                pause = min(pause * 2, LONGEST_DATABASE_WAIT)


def _add_notes(work: UnitOfWork, results: OutboxResults, mail: ClaimedMail, recipients: Sequence[str]) -> None:
    """The records that the mail is about hear of it; one that was deleted meanwhile does not, and a reply is a note already."""
    sent = [each for each in results.parts(mail) or [mail] if each.record is not None]
    present = work.records({each.record for each in sent if each.record})
    noted = results.replies(sent)
    new = [each for each in sent if each.message_id not in noted]
    # Quiet: nobody is told by mail that mail was sent.
    notes = [AddNote(each.record, sent_note(each, recipients)) for each in new if each.record in present]
    work.apply([Change((note,), quiet=True) for note in notes])
