"""Sends once what waits in the outbox (`monitor --once`), without being a host that others see."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from trackit_console.clock import SystemClock
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.domain.records import AppliedReason
from trackit_console.monitor.outbox_delivery import OpenSender
from trackit_console.monitor.outbox_sender import OutboxSender
from trackit_console.monitor.round_start import RoundStart, start_round
from trackit_console.store.database import Database
from trackit_console.transports.factory import open_sender

WAIT_SECONDS = 0.25
"""Seconds to wait for the end of sending before the claims are looked at again."""


@dataclass(frozen=True, slots=True)
class SentOnce:
    """How many mails were sent and how many were given up now, and how many wait after that.

    `error` is what is wrong with the outgoing account; nothing while it works.
    """

    sent: int
    failed: int
    waiting: int
    error: tuple[AppliedReason, ...] = ()


def send_once(
    database: Database, stop: threading.Event, *, start: RoundStart | None = None, sender_factory: OpenSender = open_sender
) -> SentOnce:
    """Sends what is due; raises the error of the database that ended it.

    `start` is that of the round which made the mail; without one, the settings are read first.
    """
    start = start or start_round(database)
    if not start.due.mail and not start.due.failing:
        return SentOnce(0, 0, start.due.waiting)
    problems: list[Exception] = []
    sending = OutboxSender(database, SystemClock(), on_error=problems.append, sender_factory=sender_factory)
    sending.start(start.loaded)
    while sending.busy and not stop.is_set():
        sending.wait(WAIT_SECONDS)
        sending.attend()
    sending.stop()
    sending.halt()
    if problems:
        raise problems[0]
    with database.reading() as transaction:
        waiting, trouble = transaction.outbox.summary().waiting, transaction.outbox.trouble()
    error = trouble.error if trouble else ()
    return SentOnce(sending.counts[MailState.SENT], sending.counts[MailState.FAILED], waiting, error)
