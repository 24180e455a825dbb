"""Every choice of a setting fits its column: SQLite takes any length, SQL Server refuses the row (2628)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.store.tables import (
    Base,
    EmailCommandsRow,
    FilterRuleRow,
    FilterSettingsRow,
    LoopProtectionRow,
    MailboxRow,
    MonitorSettingsRow,
    OutgoingRow,
    TicketTemplateRow,
)

KEPT: list[tuple[type[Base], type[BaseModel]]] = [
    *((MailboxRow, model) for model in MAILBOX_MODELS.values()),
    (OutgoingRow, BasicOutgoing),
    (OutgoingRow, Microsoft365Outgoing),
    (MonitorSettingsRow, MonitorSettings),
    (FilterSettingsRow, Filters),
    (FilterRuleRow, FilterRule),
    (LoopProtectionRow, LoopProtection),
    (EmailCommandsRow, EmailCommands),
    (TicketTemplateRow, TicketTemplate),
]


def choices(annotation: Any) -> Iterator[str]:
    """The words among which the type lets one choose."""
    for each in get_args(annotation):
        if isinstance(each, str):
            yield each
        else:
            yield from choices(each)


@pytest.mark.covers("DB-01")
@pytest.mark.parametrize(("table", "model"), KEPT)
def test_every_choice_fits_its_column(table: type[Base], model: type[BaseModel]) -> None:
    columns = table.__table__.columns
    for name, field in model.model_fields.items():
        length = getattr(columns[name].type, "length", None) if name in columns else None
        assert [each for each in choices(field.annotation) if length and len(each) > length] == []
