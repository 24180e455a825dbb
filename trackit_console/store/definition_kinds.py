"""Each kind of definition: its table, its model, and who in the settings names it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.domain.audit import Audited
from trackit_console.settings.business_rules import BusinessRule, SendNotification
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.reports import Report
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.store.definitions import DefinitionKind, definition_key, read_definition
from trackit_console.store.tables import (
    BusinessRuleRow,
    NotificationRow,
    NotificationScheduleRow,
    NotificationTemplateRow,
    ReportRow,
    ServiceLevelRow,
)


def _templates_named(session: Session) -> Iterator[tuple[str, str]]:
    """The notifications, rules and service levels that send mail, each with the name of its template."""
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


NOTIFICATION_TEMPLATES = DefinitionKind(
    NotificationTemplateRow, NotificationTemplate, Audited.NOTIFICATION_TEMPLATE, _templates_named, _rename_template
)
NOTIFICATIONS = DefinitionKind(NotificationRow, Notification, Audited.NOTIFICATION)
NOTIFICATION_SCHEDULES = DefinitionKind(NotificationScheduleRow, NotificationSchedule, Audited.NOTIFICATION_SCHEDULE)
BUSINESS_RULES = DefinitionKind(BusinessRuleRow, BusinessRule, Audited.BUSINESS_RULE)
SERVICE_LEVELS = DefinitionKind(ServiceLevelRow, ServiceLevel, Audited.SERVICE_LEVEL)
REPORTS = DefinitionKind(ReportRow, Report, Audited.REPORT)
