"""What pages do with the database: plain methods that open a transaction and run on a worker thread. No Qt here."""

from __future__ import annotations

import csv
import getpass
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from trackit_console.clock import Clock, SystemClock
from trackit_console.domain.audit import Audited
from trackit_console.paths import DatabaseUrl, DataDir
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from trackit_console.cancel import Cancel
    from trackit_console.domain.deliveries import Recorded
    from trackit_console.domain.records import RecordRef
    from trackit_console.mail import Message
    from trackit_console.monitor.quarantine import Retried
    from trackit_console.settings.filters import Filters
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.settings.monitor import MonitorSettings
    from trackit_console.settings.outgoing import Outgoing
    from trackit_console.store.activity import ActivityQuery, ActivityView, TimeLine
    from trackit_console.store.database import Database
    from trackit_console.store.records import NoteView, RecordView
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.snapshot import Snapshot
    from trackit_console.transports.steps import Step

Row = TypeVar("Row")
PAGE = 300
"""Maximum number of rows that a list reads; searching narrows it."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The first rows of a list, and their total number."""

    rows: Sequence[Row]
    count: int


class AccountGone(Problem):
    """The account whose stored secret a test needs was deleted by somebody else."""

    context = "services"
    code = "account_gone"
    sentence = QT_TRANSLATE_NOOP("services", "Somebody else deleted this account, and its stored password with it.")
    remedy = QT_TRANSLATE_NOOP("services", "Type the password, the client secret or the certificate password to test it again.")


class Services:
    """The database of this console, opened at the first use, and the operations on it."""

    def __init__(self, data_dir: DataDir, url: str, clock: Clock | None = None) -> None:
        self.data_dir = data_dir
        self.url = DatabaseUrl(url)
        self.clock = clock or SystemClock()
        self.actor = getpass.getuser()
        self._database: Database | None = None
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None

    @property
    def database(self) -> Database:
        """The open database; raises `StoreError`."""
        with self._opening:
            if self._database is None:
                from trackit_console.store.database import open_database  # slow to import: after the window is shown

                self._database = open_database(self.url, self.data_dir, self.clock)
            return self._database

    def close(self) -> None:
        """Closes the database, if it is open."""
        with self._opening:
            if self._database is not None:
                self._database.close()
                self._database = None

    def upgrade(self) -> None:
        """Upgrades an older database to the current schema; the admin has agreed (DB-03)."""
        from trackit_console.store.database_setup import upgrade_database

        upgrade_database(self.url)

    def snapshot(self) -> Snapshot:
        """The state of everything; today begins at local midnight."""
        from trackit_console.store.snapshot import read_snapshot

        midnight = self.clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        with self.database.reading() as transaction:
            self._snapshot = read_snapshot(transaction, midnight, self._snapshot)
            return self._snapshot

    # ------------------------------------------------------------------ settings

    def save_mailbox(self, mailbox: Mailbox, stored: Stored[Mailbox] | None) -> Stored[Mailbox]:
        """Adds a mailbox or replaces `stored`, and returns the stored version; raises `Conflict`."""
        from trackit_console.store.row_mapping import Stored

        with self.database.begin() as transaction:
            if stored is None:
                return transaction.mailboxes.add(mailbox, self.actor)
            return transaction.mailboxes.save(Stored(stored.id, stored.version, mailbox), self.actor)

    def delete_mailbox(self, stored: Stored[Mailbox]) -> None:
        """Deletes a mailbox and keeps its history; raises `Conflict`."""
        with self.database.begin() as transaction:
            transaction.mailboxes.delete(stored, self.actor)

    def save_outgoing(self, outgoing: Outgoing, version: int | None) -> None:
        """Replaces the outgoing account; raises `Conflict`."""
        with self.database.begin() as transaction:
            transaction.settings.save_outgoing(outgoing, version, self.actor)

    def save_monitor(self, monitor: Stored[MonitorSettings]) -> None:
        """Replaces Email Monitor Settings; raises `Conflict`."""
        with self.database.begin() as transaction:
            transaction.settings.save_monitor(monitor, self.actor)

    def save_filters(self, filters: Stored[Filters]) -> None:
        """Replaces the filters; raises `Conflict`."""
        with self.database.begin() as transaction:
            transaction.settings.save_filters(filters, self.actor)

    def check_mailbox(self, mailbox: Mailbox, mailbox_id: int | None, cancel: Cancel) -> Iterator[Step]:
        """**Test Connection** with what is in the form; secrets that were not typed are those stored of `mailbox_id`.

        Yields the steps as `transports.check` does; raises `AccountGone`.
        """
        from trackit_console.store.row_mapping import stored_secrets, with_secrets_of
        from trackit_console.transports.check import check_mailbox

        with self.database.reading() as transaction:
            if stored_secrets(mailbox):
                try:
                    mailbox = with_secrets_of(mailbox, transaction.mailboxes.get(mailbox_id or 0, secrets=True).value)
                except KeyError:
                    raise AccountGone from None
            outgoing = transaction.settings.outgoing(secrets=True)
        yield from check_mailbox(mailbox, outgoing.value if outgoing else None, cancel)

    def check_outgoing(self, outgoing: Outgoing, recipient: str, cancel: Cancel) -> Iterator[Step]:
        """**Send Test Email**, with stored secrets as `check_mailbox`."""
        from trackit_console.store.row_mapping import stored_secrets, with_secrets_of
        from trackit_console.transports.check import check_outgoing

        if stored_secrets(outgoing):
            with self.database.reading() as transaction:
                stored = transaction.settings.outgoing(secrets=True)
            if stored is None:
                raise AccountGone
            outgoing = with_secrets_of(outgoing, stored.value)
        yield from check_outgoing(outgoing, recipient, cancel)

    def changed_by(self, kind: Audited, name: str = "") -> str:
        """Who changed this last, or an empty string (DB-04)."""
        with self.database.reading() as transaction:
            return next((each.actor for each in transaction.audit.latest() if (each.kind, each.name) == (kind, name)), "")

    # ------------------------------------------------------------------ the monitor

    def want(self, running: bool) -> None:
        """**Start Now** and **Stop Now**, for every host."""
        with self.database.begin() as transaction:
            transaction.monitoring.want(running, self.actor)
            transaction.audit.noted("started" if running else "stopped", Audited.MONITOR, self.actor)
            if running:
                transaction.mailbox_states.make_due()

    def restart(self) -> None:
        """**Restart**, for every host."""
        with self.database.begin() as transaction:
            transaction.monitoring.want_restart(self.actor)
            transaction.audit.noted("restarted", Audited.MONITOR, self.actor)
            transaction.mailbox_states.make_due()

    def poll_now(self, mailbox_id: int | None = None) -> None:
        """**Poll Now**, of one mailbox or of all."""
        with self.database.begin() as transaction:
            transaction.mailbox_states.request_poll(mailbox_id)

    # ------------------------------------------------------------------ mail

    def activity(self, query: ActivityQuery) -> Listing[ActivityView]:
        """Lists messages and their outcomes."""
        with self.database.reading() as transaction:
            return Listing(transaction.activity.page(query, PAGE), transaction.activity.count(query))

    def time_line(self, delivery_id: int) -> TimeLine:
        """The time line of one message."""
        with self.database.reading() as transaction:
            return transaction.activity.time_line(delivery_id)

    def raw(self, delivery_id: int) -> bytes | None:
        """The source of a message, None if it is no longer kept."""
        return self.database.deliveries.raw(delivery_id)

    def message(self, delivery_id: int) -> Message | None:
        """A kept message, parsed again."""
        from trackit_console.mail import parse

        raw = self.raw(delivery_id)
        return None if raw is None else parse(raw)

    def retry(self, delivery_id: int) -> Retried:
        """Processes a quarantined message again and returns what became of it; raises `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import retry

        with _still_waiting():
            return retry(self.database, delivery_id, self.actor, self.clock)

    def route(self, delivery_id: int, ref: RecordRef) -> Recorded:
        """Adds a quarantined message to a record; raises `RecordMissing`, `NotDownloadedYet` and `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import route_to_record

        with _still_waiting():
            return route_to_record(self.database, delivery_id, ref, self.actor, self.clock)

    def discard(self, delivery_id: int) -> None:
        """Discards a quarantined message; raises `DecidedMeanwhile`."""
        from trackit_console.monitor.quarantine import discard

        with _still_waiting():
            discard(self.database, delivery_id, self.actor)

    def find_record(self, words: str) -> RecordView | None:
        """The record that `words` name (`12`, `Ticket - 12`); None when they name none, or none that exists."""
        from trackit_console.store.search_conditions import record_named

        ref = record_named(words)
        if ref is None:
            return None
        with self.database.reading() as transaction:
            try:
                return transaction.records.get(ref)
            except KeyError:
                return None

    def records(self, search: str) -> Listing[RecordView]:
        """Tickets, newest first."""
        with self.database.reading() as transaction:
            return Listing(transaction.records.page(search, PAGE), transaction.records.count(search))

    def record(self, ref: RecordRef) -> tuple[RecordView, list[NoteView]]:
        """A record and its notes; KeyError when there is none."""
        with self.database.reading() as transaction:
            return transaction.records.get(ref), transaction.records.notes([ref.id])[ref.id]

    def attachment(self, delivery_id: int, sha256: str) -> bytes | None:
        """The content of an attachment, extracted from its message; None if that is no longer kept."""
        message = self.message(delivery_id)
        found = [each.content for each in message.attachments if each.sha256 == sha256] if message else []
        return found[0] if found else None


@contextmanager
def _still_waiting() -> Iterator[None]:
    """Around a decision about a quarantined message: another admin may have decided first."""
    from trackit_console.monitor.errors import DecidedMeanwhile

    try:
        yield
    except KeyError as gone:
        raise DecidedMeanwhile from gone


def activity_csv(views: Sequence[ActivityView]) -> str:
    """The list as CSV; values that a spreadsheet would take for formulas are escaped (SEC-03)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Time", "Mailbox", "Sender", "Subject", "Outcome", "Record", "Message-ID"])
    for each in views:
        row = [
            each.at.isoformat(),
            each.mailbox,
            each.sender,
            each.subject,
            each.outcome.value,
            str(each.record or ""),
            each.message_id or "",
        ]
        writer.writerow([_harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
