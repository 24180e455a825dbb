"""A transaction as the rest of the program sees it: a repository for each kind of thing, and the database's clock."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.reports import Report
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.store.activity import Activity
from trackit_console.store.audit import Audit
from trackit_console.store.audit_list import AuditList
from trackit_console.store.backup_status import BackupStatuses
from trackit_console.store.database_size import DatabaseSizes
from trackit_console.store.definition_kinds import (
    BUSINESS_RULES,
    NOTIFICATION_SCHEDULES,
    NOTIFICATION_TEMPLATES,
    NOTIFICATIONS,
    REPORTS,
    SERVICE_LEVELS,
)
from trackit_console.store.definitions import Definitions
from trackit_console.store.key_hand_overs import FollowedKey
from trackit_console.store.mailbox_leases import MailboxLeases
from trackit_console.store.mailbox_states import MailboxStates
from trackit_console.store.mailboxes import Mailboxes
from trackit_console.store.monitoring import Monitoring
from trackit_console.store.outbox import Outbox
from trackit_console.store.outbox_decisions import OutboxDecisions
from trackit_console.store.outbox_list import OutboxList
from trackit_console.store.people import People
from trackit_console.store.quarantine_list import QuarantineView, waiting_messages
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.record_list import RecordList
from trackit_console.store.record_reader import RecordReader
from trackit_console.store.records import Records
from trackit_console.store.recovery_key_record import RecoveryKeyRecord
from trackit_console.store.report_data import ReportReader
from trackit_console.store.report_runs import ReportRuns
from trackit_console.store.requestors import Requestors
from trackit_console.store.retention import RetentionStore
from trackit_console.store.rollbacks import Rollbacks
from trackit_console.store.scheduled_actions import ScheduledActions
from trackit_console.store.schema import revision_of
from trackit_console.store.secrets import SecretBox
from trackit_console.store.server_clock import DatabaseClock, present
from trackit_console.store.singleton_settings import SingletonSettings
from trackit_console.store.technicians import Technicians
from trackit_console.store.ticket_templates import TicketTemplates
from trackit_console.store.undeliverable_addresses import UndeliverableAddresses


class Transaction:
    """The repositories, all within one transaction."""

    def __init__(self, session: ReadingSession, box: SecretBox, clock: DatabaseClock) -> None:
        self.session = session
        self._box = FollowedKey(session, box)
        self._clock = clock

    @cached_property
    def now(self) -> datetime:
        """The moment of this transaction, by the clock of the database: hosts compare nothing by clocks of their own.

        The embedded database has that of its computer, which all processes on it share.
        """
        # Once a transaction: all its rows have the same moment.
        return self._clock.now(lambda: self.session.execute(select(present(None))).scalar_one())

    @property
    def moment(self) -> datetime | None:
        """The present moment for a statement that compares what hosts wrote (see `server_clock.present`)."""
        return self._clock.moment

    def hold_key(self) -> None:
        """Goes on with the key that the database has now (see `FollowedKey.hold`); raises `WrongKey`."""
        self._box.hold()

    def _now(self) -> datetime:
        return self.now

    def _moment(self) -> datetime | None:
        return self.moment

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.session, self._now)

    @cached_property
    def audit_list(self) -> AuditList:
        return AuditList(self.session)

    @cached_property
    def rollbacks(self) -> Rollbacks:
        return Rollbacks(self)

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.session, self._box, self.audit, self._now)

    @cached_property
    def settings(self) -> SingletonSettings:
        return SingletonSettings(self.session, self._box, self.audit, self.mailboxes)

    @cached_property
    def people(self) -> People:
        return People(self.technicians, self.requestors)

    @cached_property
    def technicians(self) -> Technicians:
        return Technicians(self.session, self.audit, self._now)

    @cached_property
    def requestors(self) -> Requestors:
        return Requestors(self.session, self.audit, self._now)

    @cached_property
    def undeliverable_addresses(self) -> UndeliverableAddresses:
        return UndeliverableAddresses(self.session, self.audit)

    @cached_property
    def ticket_templates(self) -> TicketTemplates:
        return TicketTemplates(self.session, self.audit, (self.mailboxes, self.settings))

    @cached_property
    def notification_templates(self) -> Definitions[NotificationTemplate]:
        return Definitions(NOTIFICATION_TEMPLATES, self.session, self.audit)

    @cached_property
    def notifications(self) -> Definitions[Notification]:
        return Definitions(NOTIFICATIONS, self.session, self.audit)

    @cached_property
    def notification_schedules(self) -> Definitions[NotificationSchedule]:
        return Definitions(NOTIFICATION_SCHEDULES, self.session, self.audit)

    @cached_property
    def business_rules(self) -> Definitions[BusinessRule]:
        return Definitions(BUSINESS_RULES, self.session, self.audit)

    @cached_property
    def service_levels(self) -> Definitions[ServiceLevel]:
        return Definitions(SERVICE_LEVELS, self.session, self.audit)

    @cached_property
    def reports(self) -> Definitions[Report]:
        return Definitions(REPORTS, self.session, self.audit)

    @cached_property
    def report_runs(self) -> ReportRuns:
        return ReportRuns(self.session)

    @cached_property
    def report_reader(self) -> ReportReader:
        return ReportReader(self.session)

    @cached_property
    def backup_status(self) -> BackupStatuses:
        return BackupStatuses(self.session)

    @cached_property
    def recovery_key(self) -> RecoveryKeyRecord:
        return RecoveryKeyRecord(self.session, self._box, self.audit, self._now)

    @cached_property
    def monitoring(self) -> Monitoring:
        return Monitoring(self.session, self._now, self._moment)

    @cached_property
    def mailbox_leases(self) -> MailboxLeases:
        return MailboxLeases(self.session, self._moment)

    @cached_property
    def mailbox_states(self) -> MailboxStates:
        return MailboxStates(self.session, self._now, self._moment)

    @cached_property
    def records(self) -> Records:
        return Records(self.session)

    @cached_property
    def record_list(self) -> RecordList:
        return RecordList(self.session, self._now)

    @cached_property
    def reader(self) -> RecordReader:
        """What listeners may ask about records, for a dry run of them."""
        return RecordReader(self.session.connection(), self.now)

    @cached_property
    def scheduled_actions(self) -> ScheduledActions:
        return ScheduledActions(self.session.connection(), self.now)

    @property
    def waiting_messages(self) -> list[QuarantineView]:
        """The messages in quarantine, newest first."""
        return waiting_messages(self.session)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.session, self._now)

    @cached_property
    def outbox_list(self) -> OutboxList:
        return OutboxList(self.session)

    @cached_property
    def outbox_decisions(self) -> OutboxDecisions:
        return OutboxDecisions(self.session, self.audit, self._now)

    @cached_property
    def retention(self) -> RetentionStore:
        return RetentionStore(self.session.connection(), self.now)

    @cached_property
    def database_sizes(self) -> DatabaseSizes:
        return DatabaseSizes(self.session.connection(), self.now)

    @property
    def schema(self) -> str | None:
        """The revision of the schema."""
        return revision_of(self.session.connection())

    @cached_property
    def activity(self) -> Activity:
        return Activity(self.session)
