"""Does what was put off until now: delayed actions of rules, reminders (NOT-03, NOT-04).

Each action is judged anew and ended in one transaction with what follows from it: two hosts never do one twice, and one that is
cut off is done again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

from trackit_console.clock import Clock
from trackit_console.domain.effects import AddNote, Change, ScheduledKind
from trackit_console.domain.records import Note, NoteKind
from trackit_console.domain.scheduled import DueAction, ScheduledHandler
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.logs import component
from trackit_console.monitor.background_run import BackgroundRun
from trackit_console.monitor.told_once import ToldOnce
from trackit_console.store.database import Database
from trackit_console.store.errors import NotStorable, StoreError
from trackit_console.store.retry import deciding_anew
from trackit_console.store.transaction import Transaction
from trackit_console.store.unit_of_work import UnitOfWork

BATCH = 50
"""Actions that are done in one run."""
INTERVAL_SECONDS = 1.0
"""Seconds from the beginning of one run to that of the next: what cannot be done now stays due."""

HandlersOf = Callable[[Transaction], Mapping[ScheduledKind, ScheduledHandler]]
"""Who judges the actions of each kind, by the settings as they are in the transaction."""


class ActionRunner:
    """The runs of one host, beside the visits: a slow database must not keep it from saying that it is alive. Used by one thread."""

    def __init__(self, database: Database, clock: Clock, handlers_of: HandlersOf) -> None:
        self.run = BackgroundRun("scheduled actions", "what is due could not be done")
        self._database = database
        self._clock = clock
        self._handlers_of = handlers_of
        self._trouble = _judging_trouble()
        self._next_run = clock.monotonic()

    def attend(self, due: bool) -> None:
        """Starts a run if something is `due` and it is time. To be called often; it asks nothing of the database."""
        if due and self._clock.monotonic() >= self._next_run and not self.run.running:
            self._next_run = self._clock.monotonic() + INTERVAL_SECONDS
            self.run.begin(self._work)

    def _work(self, stop: threading.Event) -> None:
        run_due(self._database, self._handlers_of, stop=stop, trouble=self._trouble)


def run_due(
    database: Database,
    handlers_of: HandlersOf,
    limit: int = BATCH,
    *,
    stop: threading.Event | None = None,
    trouble: ToldOnce | None = None,
) -> int:
    """Does what is due, each action in a transaction of its own; answers how many were looked at. Raises `StoreError`.

    What can never be done is given up: it must not stand before those behind it for ever. `stop` ends it after the action in hand.
    `trouble` is that of earlier calls, which is not told again.
    """
    with database.reading() as transaction:
        numbers = transaction.scheduled_actions.due(limit)
        if numbers and not _can_be_judged(transaction, handlers_of, trouble or _judging_trouble()):
            return 0
    for number in numbers:
        if stop is not None and stop.is_set():
            break
        try:
            database.retrying(partial(deciding_anew, partial(_do, database, number, handlers_of)))
        except NotStorable as problem:
            component("EmailMonitor").error("a scheduled action was refused: %s %s", problem, problem.detail)
            database.retrying(partial(_give_up, database, number))
        except StoreError:
            raise
        except Exception:  # one action: it is reported on its record, the others go on
            component("EmailMonitor").exception("a scheduled action failed")
            database.retrying(partial(_give_up, database, number))
    return len(numbers)


def _judging_trouble() -> ToldOnce:
    return ToldOnce("what is due cannot be judged")


def _can_be_judged(transaction: Transaction, handlers_of: HandlersOf, trouble: ToldOnce) -> bool:
    """Settings of which nothing can be made are no fault of the actions: those wait until they were corrected."""
    try:
        handlers_of(transaction)
    except StoreError:
        raise
    except Exception as problem:  # told, and looked at again; mail goes on meanwhile
        trouble.tell(problem)
        return False
    trouble.passed()
    return True


def _do(database: Database, number: int, handlers_of: HandlersOf) -> None:
    with database.unit_of_work() as work:
        action = _claimed(work, number)
        handler = handlers_of(work.transaction).get(action.kind) if action else None
        if action and handler:
            details = work.reader.details([action.record]).get(action.record) if action.record else None
            if change := handler(action, details, work.reader):
                work.apply([change])
        # Also when nothing follows: the action has ended, and would be looked at for ever otherwise.
        work.commit()


def _claimed(work: UnitOfWork, number: int) -> DueAction | None:
    action = work.transaction.scheduled_actions.get(number)
    if action is None:
        return None
    if action.record is not None:  # the record before the action, in the order of whoever changes it and cancels its actions
        work.records([action.record])
    return action if work.transaction.scheduled_actions.end(number) else None


def _give_up(database: Database, number: int) -> None:
    with database.unit_of_work() as work:
        action = _claimed(work, number)
        if action and action.record:
            why = applied(Reason.DELAYED_FAILED, source=action.source)
            work.apply([Change((AddNote(action.record, Note(NoteKind.SYSTEM, reasons=(why,))),))])
        work.commit()
