"""The parts of the configuration file, by what they are called on screen (DB-06)."""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP

PART_TITLES = {
    "mailboxes": QT_TRANSLATE_NOOP("settings", "Incoming Emails"),
    "outgoing": QT_TRANSLATE_NOOP("settings", "Outgoing Email"),
    "monitor": QT_TRANSLATE_NOOP("settings", "Email Monitor Settings"),
    "filters": QT_TRANSLATE_NOOP("settings", "Email Filters"),
    "loop_protection": QT_TRANSLATE_NOOP("settings", "Loop Protection"),
    "email_commands": QT_TRANSLATE_NOOP("settings", "Email Commands"),
    "trusted_server_for_sender_checks": QT_TRANSLATE_NOOP("settings", "Trusted Server"),
    "restricted_file_types": QT_TRANSLATE_NOOP("settings", "Restricted File Types"),
    "technicians": QT_TRANSLATE_NOOP("settings", "Technicians"),
    "requestors": QT_TRANSLATE_NOOP("settings", "Requestors"),
    "ticket_templates": QT_TRANSLATE_NOOP("settings", "Ticket Templates"),
    "notification_templates": QT_TRANSLATE_NOOP("settings", "Notification Templates"),
    "notifications": QT_TRANSLATE_NOOP("settings", "Notifications"),
    "business_rules": QT_TRANSLATE_NOOP("settings", "Business Rules"),
    "service_levels": QT_TRANSLATE_NOOP("settings", "Service Levels"),
    "business_hours": QT_TRANSLATE_NOOP("settings", "Business Hours"),
    "reports": QT_TRANSLATE_NOOP("settings", "Reports"),
    "notification_schedules": QT_TRANSLATE_NOOP("settings", "Notification Schedules"),
    "backups": QT_TRANSLATE_NOOP("settings", "Backups"),
    "retention": QT_TRANSLATE_NOOP("settings", "Data Retention"),
}
"""What the parts of the file are called on screen."""
