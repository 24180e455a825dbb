"""A walk over everything that can be set: a new field is tested the day it is written (T-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.database import SqliteTarget, SqlServerTarget
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.limits import IntRange, SingleLineText, limits_of
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import AddNoteToRecord, AssignTo, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation_rules import RULES

GUID = "9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11"
CANARY = "canary-secret"
APPLICATION = {"application_id": GUID, "client_secret": SecretStr(CANARY), "directory_id": GUID}
SERVER = {"server": "mail.example.com", "user_account_name": "a@example.com", "password": SecretStr(CANARY)}
EWS = {"user_account_name": "a@example.com", "exchange_web_service_url": "https://mail.example.com/EWS/Exchange.asmx"}
COMPLETE: dict[type[BaseModel], dict[str, Any]] = {
    Microsoft365: {**APPLICATION, "user_id": "a@example.com"},
    EwsOAuth: {**APPLICATION, **EWS},
    EwsBasic: {**EWS, "password": SecretStr(CANARY)},
    Imap: SERVER,
    Pop3: SERVER,
    BasicOutgoing: {
        "smtp_server_name": "smtp.example.com",
        "user_account_name": "a@example.com",
        "password": SecretStr(CANARY),
        "from_address": "a@example.com",
    },
    Microsoft365Outgoing: {**APPLICATION, "from_address": "a@example.com"},
    MonitorSettings: {},
    FilterRule: {"text": "Postmaster"},
    Filters: {},
    LoopProtection: {},
    EmailCommands: {},
    Technician: {"name": "Ada", "email": "ada@example.com"},
    Requestor: {"name": "Bo", "email": "bo@example.com"},
    TicketTemplate: {"name": "Default"},
    OpenHours: {"days": ["monday"], "opens": "09:00", "closes": "17:00"},
    Holiday: {"date": date(2026, 12, 25), "name": "Christmas Day"},
    BusinessHours: {},
    Schedule: {},
    QuietHours: {},
    Recipients: {},
    NotificationTemplate: {"name": "News", "subject": "News", "text": "There is news."},
    Notification: {"name": "News", "template": "News", "recipients": {"requestor": True}},
    NotificationSchedule: {"name": "Nights"},
    Condition: {"value": "printer"},
    SendNotification: {"template": "News", "recipients": {"technician": True}},
    SetField: {"value": "High"},
    AssignTo: {},
    AddNoteToRecord: {"text": "Look into it."},
    CreateLinkedRecord: {"subject": "Look into it"},
    UpdateLinkedRecords: {},
    Delay: {},
    BusinessRule: {"name": "First", "actions": [{"type": "assign"}]},
    Reminder: {"template": "News"},
    ServiceLevel: {"name": "Gold", "closing_minutes": 480},
    Report: {"name": "Weekly", "recipients": ["boss@example.com"]},
    Retention: {},
    SqliteTarget: {},
    SqlServerTarget: {"server": "sql01", "database": "TRACKIT"},
}
"""For every model the least that makes it complete."""


def fields() -> Iterator[Any]:
    for model in COMPLETE:
        for name, field in model.model_fields.items():
            if name not in ("type", "authentication", "kind") or model is SqlServerTarget:
                yield pytest.param(model, name, field, id=f"{model.__name__}.{name}")


FIELDS = pytest.mark.parametrize(("model", "name", "field"), list(fields()))


def rules_broken(model: type[BaseModel], name: str, value: Any) -> list[tuple[str, str]]:
    try:
        model.model_validate({**COMPLETE[model], name: value})
    except ValidationError as error:
        return [(found.field, found.rule) for found in findings(error)]
    return []


@FIELDS
def test_a_default_is_valid_by_its_own_type(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    made = model.model_validate(COMPLETE[model])
    assert rules_broken(model, name, getattr(made, name)) == []


@FIELDS
def test_a_field_has_a_title_for_people(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    assert field.title or name == "kind"


@FIELDS
@pytest.mark.covers("IN-07", "MON-01")
def test_a_field_keeps_its_limits(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    limits = limits_of(field)
    if isinstance(limits, IntRange):
        assert rules_broken(model, name, limits.least) == rules_broken(model, name, limits.most) == []
        for beyond in (limits.least - 1, limits.most + 1, "text", 1.5):
            assert rules_broken(model, name, beyond) == [(name, "whole_number")]
    elif isinstance(limits, SingleLineText) and "list" not in str(field.annotation):
        assert (name, "one_line") in rules_broken(model, name, "two\nlines")
        assert rules_broken(model, name, "x" * (limits.most + 1)) != []


@FIELDS
@pytest.mark.covers("SEC-02")
def test_a_secret_is_masked_by_its_type(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    made = model.model_validate(COMPLETE[model])
    assert CANARY not in repr(made)
    assert CANARY not in str(made)
    assert CANARY not in made.model_dump_json()
    assert is_secret(field) == (name in ("password", "client_secret", "certificate_password"))


@FIELDS
def test_a_wrong_type_is_told_in_words(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    found = rules_broken(model, name, object())
    assert [rule for _, rule in found if rule not in RULES] == []
    assert found


@pytest.mark.covers("T-04")
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_speaks_to_people(rule: str) -> None:
    assert RULES[rule].endswith((".", "?"))
    assert RULES[rule][0].isupper() or RULES[rule].startswith("{")


def test_the_configuration_file_has_every_part() -> None:
    assert set(Configuration.model_fields) == {
        "version", "mailboxes", "outgoing", "monitor", "filters", "loop_protection", "email_commands",
        "trusted_server_for_sender_checks", "restricted_file_types", "technicians", "requestors", "ticket_templates",
        "notification_templates", "notifications", "business_rules", "service_levels", "business_hours", "reports",
        "notification_schedules", "backups", "retention",
    }  # fmt: skip
