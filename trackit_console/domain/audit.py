"""What admins change and do, as the audit names it (DB-04)."""

from __future__ import annotations

from enum import StrEnum


class Audited(StrEnum):
    """What a change was about; a code, with the object's own name kept beside it."""

    MAILBOX = "mailbox"
    OUTGOING_EMAIL = "outgoing_email"
    MONITOR_SETTINGS = "email_monitor_settings"
    LOOP_PROTECTION = "loop_protection"
    EMAIL_COMMANDS = "email_commands"
    FILTERS = "email_filters"
    FILE_TYPES = "restricted_file_types"
    TICKET_TEMPLATE = "ticket_template"
    TECHNICIAN = "technician"
    REQUESTOR = "requestor"
    RECORD = "record"
    MESSAGE = "message"
    MONITOR = "email_monitor"
    NOTIFICATION_TEMPLATE = "notification_template"
    NOTIFICATION = "notification"
    BUSINESS_RULE = "business_rule"
    SERVICE_LEVEL = "service_level"
    BUSINESS_HOURS = "business_hours"
    REPORT = "report"
    NOTIFICATION_SCHEDULE = "notification_schedule"
    OUTGOING_MAIL = "outgoing_mail"
    DATABASE = "database"
    BACKUPS = "backups"
    RETENTION = "retention"
