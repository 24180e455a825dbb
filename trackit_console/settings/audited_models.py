"""The settings model behind each kind of object that the audit names (DB-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from trackit_console.domain.audit import Audited
from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.service_levels import ServiceLevel

_MODELS: Mapping[str, type[BaseModel]] = {
    Audited.MONITOR_SETTINGS: MonitorSettings,
    Audited.LOOP_PROTECTION: LoopProtection,
    Audited.EMAIL_COMMANDS: EmailCommands,
    Audited.FILTERS: Filters,
    Audited.FILE_TYPES: FileTypes,
    Audited.TICKET_TEMPLATE: TicketTemplate,
    Audited.TECHNICIAN: Technician,
    Audited.REQUESTOR: Requestor,
    Audited.NOTIFICATION_TEMPLATE: NotificationTemplate,
    Audited.NOTIFICATION: Notification,
    Audited.NOTIFICATION_SCHEDULE: NotificationSchedule,
    Audited.BUSINESS_RULE: BusinessRule,
    Audited.SERVICE_LEVEL: ServiceLevel,
    Audited.BUSINESS_HOURS: BusinessHours,
    Audited.BACKUPS: Backups,
    Audited.RETENTION: Retention,
    Audited.REPORT: Report,
}
_MAILBOXES: Mapping[str, type[BaseModel]] = {kind.value: model for kind, model in MAILBOX_MODELS.items()}
_NAMED_BY_EMAIL = (Audited.TECHNICIAN, Audited.REQUESTOR)


def model_of(kind: str, state: Mapping[str, Any]) -> type[BaseModel] | None:
    """The model of an object of this kind in this state; None for a kind that is no settings object, or of a newer version."""
    if kind == Audited.MAILBOX:
        return _MAILBOXES.get(str(state.get("type")))
    if kind == Audited.OUTGOING_EMAIL:
        return BasicOutgoing if state.get("authentication") == "basic" else Microsoft365Outgoing
    return _MODELS.get(kind)


def secrets_of(model: type[BaseModel]) -> frozenset[str]:
    """The names of the fields that hold a secret."""
    return frozenset(name for name, field in model.model_fields.items() if is_secret(field))


def name_of(kind: str, state: Mapping[str, Any]) -> str:
    """What the audit calls an object in this state; empty for settings that exist once."""
    if kind == Audited.MAILBOX:
        model = model_of(kind, state)
        # Constructed, not validated: a state that today's rules refuse has a title all the same.
        return str(getattr(model.model_construct(**state), "title", "")) if model else ""
    return str(state.get("email" if kind in _NAMED_BY_EMAIL else "name") or "")
