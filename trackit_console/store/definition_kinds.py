"""Each kind of definition: its table, its model, and who in the settings names it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.domain.audit import Audited
from trackit_console.domain.effects import ScheduledKind
from trackit_console.settings.business_rules import BusinessRule, SendNotification
from trackit_console.settings.definition_checks import Naming, unknown_names
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.reports import Report
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation import Finding
from trackit_console.store.column_types import cut
from trackit_console.store.definitions import DefinitionKind, definition_key, read_definition
from trackit_console.store.tables import (
    BusinessRuleRow,
    NotificationRow,
    NotificationScheduleRow,
    NotificationTemplateRow,
    RecordRow,
    ReportRow,
    ScheduledActionRow,
    ServiceLevelRow,
    TechnicianAddressRow,
)


def _naming_template(session: Session, name: str) -> Sequence[str]:
    """The notifications, rules and service levels that send mail by the template of this name."""
    return [owner for owner, template in _templates_named(session) if definition_key(template) == definition_key(name)]


def _templates_named(session: Session) -> Iterator[tuple[str, str]]:
    for text in session.scalars(select(NotificationRow.definition)):
        notification = read_definition(Notification, text)[0]
        yield notification.name, notification.template
    for text in session.scalars(select(BusinessRuleRow.definition)):
        rule, wrong = read_definition(BusinessRule, text)
        sent = [each for each in rule.actions if isinstance(each, SendNotification)] if not wrong else []
        yield from ((rule.name, each.template) for each in sent)
    for text in session.scalars(select(ServiceLevelRow.definition)):
        level, wrong = read_definition(ServiceLevel, text)
        yield from ((level.name, each.template) for each in (level.reminders if not wrong else ()))


def _rename_template(session: Session, before: str, after: str) -> None:
    """The version counts: a form that was filled before would bring the old name back."""
    for table in (NotificationRow, BusinessRuleRow, ServiceLevelRow):
        for number, text in session.execute(select(table.id, table.definition)).all():
            plain = json.loads(text)
            if _rename_within(plain, before, after):
                changed = {"definition": json.dumps(plain, ensure_ascii=False), "version": table.version + 1}
                session.execute(update(table).where(table.id == number).values(**changed))


def _rename_within(plain: Any, before: str, after: str) -> bool:
    """Renames the template wherever a definition names one: at its top, in its actions, in its reminders."""
    places = [plain, *plain.get("actions", ()), *plain.get("reminders", ())]
    named = [each for each in places if definition_key(str(each.get("template", ""))) == definition_key(before)]
    for each in named:
        each["template"] = after
    return bool(named)


def _unknown_names(session: Session, value: Naming) -> Sequence[Finding]:
    """Templates and technicians that a definition names and that are not there."""
    templates = frozenset(session.scalars(select(NotificationTemplateRow.name_key)))
    technicians = frozenset(session.scalars(select(TechnicianAddressRow.address)))
    return unknown_names(value, templates, technicians)


def _rename_rule(session: Session, before: str, after: str) -> None:
    """Its actions that wait find it by its name."""
    same = (ScheduledActionRow.kind == ScheduledKind.RULE.value, ScheduledActionRow.source == cut(before, 255))
    session.execute(update(ScheduledActionRow).where(*same).values(source=cut(after, 255)))


def _rename_service_level(session: Session, before: str, after: str) -> None:
    """Records and their reminders know their level by its name."""
    session.execute(update(RecordRow).where(RecordRow.service_level == before).values(service_level=after))
    reminders = (ScheduledActionRow.kind == ScheduledKind.REMINDER.value, ScheduledActionRow.source == before)
    session.execute(update(ScheduledActionRow).where(*reminders).values(source=after))


NOTIFICATION_TEMPLATES = DefinitionKind(
    NotificationTemplateRow, NotificationTemplate, Audited.NOTIFICATION_TEMPLATE, _naming_template, _rename_template
)
NOTIFICATIONS = DefinitionKind(NotificationRow, Notification, Audited.NOTIFICATION, check=_unknown_names)
NOTIFICATION_SCHEDULES = DefinitionKind(NotificationScheduleRow, NotificationSchedule, Audited.NOTIFICATION_SCHEDULE)
BUSINESS_RULES = DefinitionKind(BusinessRuleRow, BusinessRule, Audited.BUSINESS_RULE, rename=_rename_rule, check=_unknown_names)
SERVICE_LEVELS = DefinitionKind(
    ServiceLevelRow, ServiceLevel, Audited.SERVICE_LEVEL, rename=_rename_service_level, check=_unknown_names
)
REPORTS = DefinitionKind(ReportRow, Report, Audited.REPORT)
