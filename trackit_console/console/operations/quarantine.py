"""Deciding about messages in quarantine (RUN-04)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.domain.records import RecordRef
    from trackit_console.monitor.quarantine import Retried


class QuarantineOperations:
    """Each raises `DecidedMeanwhile` when another admin was faster."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

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


@contextmanager
def _still_waiting() -> Iterator[None]:
    """Around a decision about a quarantined message: another admin may have decided first."""
    from trackit_console.monitor.errors import DecidedMeanwhile

    try:
        yield
    except KeyError as missing:
        raise DecidedMeanwhile from missing
