"""The configuration file as a model: all settings, by the parts of the file.

`configuration_reading` makes it of YAML, `configuration_writing` makes YAML of it.
"""

from __future__ import annotations

from typing import Literal

from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.email_commands import CommandSwitches
from trackit_console.settings.field_types import FileType, Settings, TrustedServer
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.service_levels import ServiceLevel

DEFINITION_PARTS = (
    "notification_templates",
    "notifications",
    "business_rules",
    "service_levels",
    "reports",
    "notification_schedules",
)
"""The parts that are lists of definitions: unique by name, used in the order of the file."""


class Configuration(Settings):
    """The configuration file. A part that is None is absent and stays as it is in the database."""

    version: Literal[1]
    mailboxes: list[Mailbox] | None = None
    outgoing: Outgoing | None = None
    monitor: MonitorSettings | None = None
    filters: Filters | None = None
    loop_protection: LoopProtection | None = None
    email_commands: CommandSwitches | None = None
    trusted_server_for_sender_checks: TrustedServer | None = None
    restricted_file_types: list[FileType] | None = None
    technicians: list[Technician] | None = None
    requestors: list[Requestor] | None = None
    ticket_templates: list[TicketTemplate] | None = None
    notification_templates: list[NotificationTemplate] | None = None
    notifications: list[Notification] | None = None
    business_rules: list[BusinessRule] | None = None
    service_levels: list[ServiceLevel] | None = None
    business_hours: BusinessHours | None = None
    reports: list[Report] | None = None
    notification_schedules: list[NotificationSchedule] | None = None
    backups: Backups | None = None
    retention: Retention | None = None
