"""The messages in quarantine: which there are, and deciding about one or many of them (RUN-04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.cancel import Cancel
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.domain.records import RecordRef
    from trackit_console.monitor.quarantine import Retried
    from trackit_console.store.quarantine_list import QuarantineView


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of how many messages were decided about."""

    done: int
    total: int


@dataclass(slots=True)
class Batch:
    """What became of many messages.

    `outcomes` counts them by outcome, with `REQUESTED` and `DISCARDED` besides those of the activity; `problems` are those of
    single messages; `stopped` is why the rest was not tried, None when all were or the user cancelled.
    """

    total: int
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    stopped: Problem | None = None
    cancelled: bool = False


REQUESTED, DISCARDED = "requested", "discarded"


class QuarantineOperations:
    """Deciding about one message raises `DecidedMeanwhile` when another admin was faster; a batch counts it as a problem."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def waiting(self) -> list[QuarantineView]:
        """Every message that waits, newest first."""
        with self._connection.database.reading() as transaction:
            return transaction.waiting_messages

    def retry_many(self, delivery_ids: Sequence[int], cancel: Cancel) -> Generator[Progress, None, Batch]:
        """Processes messages again, each in a transaction of its own; a cancel takes effect between two of them."""

        def again(delivery_id: int) -> str:
            recorded = self.retry(delivery_id).recorded
            return REQUESTED if recorded is None else recorded.outcome.value

        # The oldest first: an answer needs the ticket that an earlier message makes.
        return _each(sorted(delivery_ids), again, cancel)

    def discard_many(self, delivery_ids: Sequence[int], cancel: Cancel) -> Generator[Progress, None, Batch]:
        """As `retry_many`, but discards them."""

        def let_go(delivery_id: int) -> str:
            self.discard(delivery_id)
            return DISCARDED

        return _each(sorted(delivery_ids), let_go, cancel)

    def retry(self, delivery_id: int) -> Retried:
        """Processes a quarantined message again and returns what became of it; raises `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import retry

        with _still_waiting():
            return retry(self._connection.database, delivery_id, self._connection.actor, self._connection.clock)

    def route(self, delivery_id: int, ref: RecordRef) -> Recorded:
        """Adds a quarantined message to a record; raises `RecordMissing`, `NotDownloadedYet` and `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import route_to_record

        with _still_waiting():
            return route_to_record(self._connection.database, delivery_id, ref, self._connection.actor, self._connection.clock)

    def discard(self, delivery_id: int) -> None:
        """Discards a quarantined message; raises `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import discard

        with _still_waiting():
            discard(self._connection.database, delivery_id, self._connection.actor)


def _each(delivery_ids: Sequence[int], decide: Callable[[int], str], cancel: Cancel) -> Generator[Progress, None, Batch]:
    from trackit_console.monitor.errors import DecidedMeanwhile, MailboxGone, NotDownloadedYet
    from trackit_console.store.errors import Cancelled, NotStorable, StoreError

    batch = Batch(len(delivery_ids))
    for number, delivery_id in enumerate(delivery_ids):
        if cancel.is_set():
            batch.cancelled = True
            break
        yield Progress(number, batch.total)
        try:
            batch.outcomes[decide(delivery_id)] += 1
        except (DecidedMeanwhile, MailboxGone, NotDownloadedYet, NotStorable) as problem:
            batch.problems.append(problem)
        except Cancelled:
            batch.cancelled = True
            break
        except StoreError as problem:  # the database, not this message: the others would fail alike
            batch.stopped = problem
            break
    return batch


@contextmanager
def _still_waiting() -> Iterator[None]:
    """Around a decision about a quarantined message: another admin may have decided first."""
    from trackit_console.monitor.errors import DecidedMeanwhile

    try:
        yield
    except KeyError as missing:
        raise DecidedMeanwhile from missing
