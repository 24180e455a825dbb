"""Everything that pages do with the database, by subject. No Qt here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trackit_console.clock import Clock
from trackit_console.console.database_connection import DatabaseConnection
from trackit_console.console.operations.audit import AuditOperations
from trackit_console.console.operations.backups import BackupOperations
from trackit_console.console.operations.business_rules import BusinessRuleOperations
from trackit_console.console.operations.client_certificates import ClientCertificates
from trackit_console.console.operations.configuration_files import ConfigurationFiles
from trackit_console.console.operations.connection_tests import ConnectionTests
from trackit_console.console.operations.databases import Databases
from trackit_console.console.operations.discovery import Discoveries
from trackit_console.console.operations.filters import FilterOperations
from trackit_console.console.operations.kept_business_rules import KeptBusinessRules
from trackit_console.console.operations.kept_definitions import KeptDefinitions
from trackit_console.console.operations.kept_notification_templates import KeptNotificationTemplates
from trackit_console.console.operations.kept_notifications import KeptNotifications
from trackit_console.console.operations.kept_objects import KeptObjects
from trackit_console.console.operations.logs import LogOperations
from trackit_console.console.operations.messages import MessageOperations
from trackit_console.console.operations.monitor import MonitorOperations
from trackit_console.console.operations.notifications import NotificationOperations
from trackit_console.console.operations.outgoing_mail import OutgoingMailOperations
from trackit_console.console.operations.people import KeptPeople
from trackit_console.console.operations.quarantine import QuarantineOperations
from trackit_console.console.operations.records import RecordOperations
from trackit_console.console.operations.reports import KeptReports
from trackit_console.console.operations.retention import RetentionOperations
from trackit_console.console.operations.settings import SettingsOperations
from trackit_console.domain.audit import Audited
from trackit_console.paths import DataDir

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.settings.notification_schedules import NotificationSchedule
    from trackit_console.settings.people import Requestor, Technician, TicketTemplate
    from trackit_console.settings.service_levels import ServiceLevel
    from trackit_console.store.database import Database
    from trackit_console.store.glance import Glance
    from trackit_console.store.snapshot import Snapshot


class Services:
    """The database of this console and the operations on it, all of which run on worker threads."""

    def __init__(self, data_dir: DataDir, url: str | None, clock: Clock | None = None) -> None:
        self.connection = DatabaseConnection(data_dir, url, clock)
        self.databases = Databases(self.connection)
        self.settings = SettingsOperations(self.connection)
        self.connection_tests = ConnectionTests(self.connection)
        self.client_certificates = ClientCertificates(self.connection)
        self.discoveries = Discoveries(self.connection)
        self.monitor = MonitorOperations(self.connection)
        self.filters = FilterOperations(self.connection)
        self.messages = MessageOperations(self.connection)
        self.quarantine = QuarantineOperations(self.connection)
        self.records = RecordOperations(self.connection)
        self.outgoing_mail = OutgoingMailOperations(self.connection)
        self.audit = AuditOperations(self.connection)
        self.technicians: KeptPeople[Technician] = KeptPeople(
            self.connection, "Technician", lambda transaction: transaction.technicians, Audited.TECHNICIAN
        )
        self.requestors: KeptPeople[Requestor] = KeptPeople(
            self.connection, "Requestor", lambda transaction: transaction.requestors, Audited.REQUESTOR
        )
        self.ticket_templates: KeptObjects[TicketTemplate] = KeptObjects(
            self.connection, "TicketTemplate", lambda transaction: transaction.ticket_templates
        )
        self.notification_templates = KeptNotificationTemplates(self.connection)
        self.notifications = KeptNotifications(self.connection)
        self.notification_previews = NotificationOperations(self.connection)
        self.notification_schedules: KeptDefinitions[NotificationSchedule] = KeptDefinitions(
            self.connection,
            "NotificationSchedule",
            lambda transaction: transaction.notification_schedules,
            "notification_schedules",
        )
        self.business_rules = KeptBusinessRules(self.connection)
        self.rule_trials = BusinessRuleOperations(self.connection)
        self.service_levels: KeptDefinitions[ServiceLevel] = KeptDefinitions(
            self.connection, "ServiceLevel", lambda transaction: transaction.service_levels, "service_levels"
        )
        self.reports = KeptReports(self.connection)
        self.backups = BackupOperations(self.connection, self._forget_snapshot)
        self.retention = RetentionOperations(self.connection)
        self.configuration_files = ConfigurationFiles(self.connection)
        self.logs = LogOperations(data_dir.logs)
        self._snapshot: Snapshot | None = None
        self._seen: Glance | None = None

    @property
    def clock(self) -> Clock:
        """The clock of this console."""
        return self.connection.clock

    @property
    def database(self) -> Database:
        """The open database; raises `StoreError`."""
        return self.connection.database

    def _forget_snapshot(self) -> None:
        """After a restore: what was read before is of another time, although its counters may be equal."""
        self._snapshot, self._seen = None, None

    def snapshot(self) -> Snapshot:
        """The state of everything, after a change of this window's own."""
        # What was changed is not known here: from a server, whatever it may be comes in one round trip.
        return self._read(None if self._at_a_distance else self._snapshot)

    def look(self) -> Snapshot | None:
        """The state of everything, as the window asks for it once a second: in one round trip to a server.

        None if a glance at a server found a change; the next look reads it.
        """
        from trackit_console.store.snapshot import settings_moved, unchanged

        before, seen, self._seen = self._snapshot, self._seen, None
        if before is None:
            return self._read(None)
        if seen is not None:
            return self._read(None if settings_moved(before, seen) else before)
        seen = self.database.glance()
        if same := unchanged(before, seen, self._midnight()):
            self._snapshot = same
            return same
        if self._at_a_distance:
            self._seen = seen
            return None
        return self._read(before)

    def _read(self, before: Snapshot | None) -> Snapshot:
        """All of it; what did not change since `before` is taken from there."""
        # Here, on a worker thread: the window would wait for it when it shows the first error of a mailbox.
        import trackit_console.stored_messages  # noqa: F401
        from trackit_console.store.snapshot_reader import read_snapshot

        with self.database.looking() as transaction:
            self._snapshot = read_snapshot(transaction, self._midnight(), before)
        return self._snapshot

    @property
    def _at_a_distance(self) -> bool:
        return self.database.kind == "sql_server"

    def _midnight(self) -> datetime:
        """When today began where this admin sits."""
        return self.clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
