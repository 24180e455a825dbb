"""Each kind of definition: its table, its model, and who in the settings names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import ScheduledKind
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.definition_checks import Naming, unknown_names
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.reports import Report
from trackit_console.settings.rule_actions import ACTION_LABELS
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import AuditedChange
from trackit_console.store.changed_definitions import change_definitions
from trackit_console.store.column_types import cut
from trackit_console.store.definition_json import json_object
from trackit_console.store.definitions import DefinitionKind
from trackit_console.store.tables import (
    BusinessRuleRow,
    DefinitionRow,
    NotificationRow,
    NotificationScheduleRow,
    NotificationTemplateRow,
    RecordRow,
    ReportRow,
    ScheduledActionRow,
    ServiceLevelRow,
    TechnicianAddressRow,
)

_SENDERS: Mapping[Audited, tuple[type[DefinitionRow], type[BaseModel]]] = {
    Audited.NOTIFICATION: (NotificationRow, Notification),
    Audited.BUSINESS_RULE: (BusinessRuleRow, BusinessRule),
    Audited.SERVICE_LEVEL: (ServiceLevelRow, ServiceLevel),
}
"""The kinds whose definitions name notification templates."""


def _templates_named(session: Session) -> Iterator[tuple[str, str]]:
    """The notifications, rules and service levels that send mail, each with the name of its template."""
    for table, _ in _SENDERS.values():
        for owner, text in session.execute(select(table.name, table.definition).order_by(table.position)):
            yield from ((owner, str(each["template"])) for each in _places(json_object(text)) if each.get("template"))


def _rename_template(session: Session, before: str, after: str) -> list[tuple[Audited, list[AuditedChange]]]:
    def rename(plain: dict[str, Any]) -> bool:
        places = _places_naming(plain, before)
        for each in places:
            each["template"] = after
        return bool(places)

    return [(kind, change_definitions(session, table, model, rename)) for kind, (table, model) in _SENDERS.items()]


def _places_naming(plain: dict[str, Any], template: str) -> list[dict[str, Any]]:
    """Where a definition names the template."""
    return [each for each in _places(plain) if definition_key(str(each.get("template") or "")) == definition_key(template)]


def _places(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a definition may name a template: at its top, in its actions, in its reminders. Valid or not: it may be corrected."""
    lists = [each for each in (plain.get("actions"), plain.get("reminders")) if isinstance(each, list)]
    return [plain, *(entry for entries in lists for entry in entries if isinstance(entry, dict))]


def _unknown_names(session: Session, value: Naming) -> Sequence[Finding]:
    """Templates and technicians that a definition names and that are not there."""
    templates = frozenset(session.scalars(select(NotificationTemplateRow.name_key)))
    technicians = frozenset(session.scalars(select(TechnicianAddressRow.address)))
    return unknown_names(value, templates, technicians)


def _rename_rule(session: Session, before: str, after: str) -> tuple[()]:
    """Its actions that wait find it by its name."""
    same = (ScheduledActionRow.kind == ScheduledKind.RULE.value, ScheduledActionRow.source == cut(before, 255))
    session.execute(update(ScheduledActionRow).where(*same).values(source=cut(after, 255)))
    return ()


def _rename_service_level(session: Session, before: str, after: str) -> tuple[()]:
    """Records and their reminders know their level by its name."""
    session.execute(update(RecordRow).where(RecordRow.service_level == before).values(service_level=after))
    reminders = (ScheduledActionRow.kind == ScheduledKind.REMINDER.value, ScheduledActionRow.source == before)
    session.execute(update(ScheduledActionRow).where(*reminders).values(source=after))
    return ()


NOTIFICATION_TEMPLATES = DefinitionKind(
    NotificationTemplateRow, NotificationTemplate, Audited.NOTIFICATION_TEMPLATE, _templates_named, _rename_template
)
NOTIFICATIONS = DefinitionKind(NotificationRow, Notification, Audited.NOTIFICATION, check=_unknown_names)
NOTIFICATION_SCHEDULES = DefinitionKind(NotificationScheduleRow, NotificationSchedule, Audited.NOTIFICATION_SCHEDULE)
BUSINESS_RULES = DefinitionKind(
    BusinessRuleRow,
    BusinessRule,
    Audited.BUSINESS_RULE,
    rename=_rename_rule,
    check=_unknown_names,
    discriminators=tuple(ACTION_LABELS),
)
SERVICE_LEVELS = DefinitionKind(
    ServiceLevelRow, ServiceLevel, Audited.SERVICE_LEVEL, rename=_rename_service_level, check=_unknown_names
)
REPORTS = DefinitionKind(ReportRow, Report, Audited.REPORT)
