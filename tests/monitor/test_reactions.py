"""Settings that are refused stop what they are about, and not the mail that becomes tickets (NOT-01, NOT-03, NOT-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.helpdesk.rule_factory import rule
from tests.outbox_factory import add_record
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.paths import DataDir
from trackit_console.store.database import Database

OFFICE = {"days": ["monday"], "opens": "09:00", "closes": "17:00"}


@pytest.fixture
def help_desk(data_dir: DataDir) -> Iterator[Database]:
    """A help desk with a rule that adds a note to each new ticket."""
    opened = open_help_desk(data_dir.database_url, data_dir)
    with opened.begin() as transaction:
        transaction.business_rules.add(rule("greet"), "t")
    yield opened
    opened.close()


@pytest.mark.covers("NOT-03", "NOT-04")
@pytest.mark.parametrize(
    "hours",
    [
        pytest.param({"time_zone": "Mars/Olympus_Mons", "hours": [OFFICE]}, id="a time zone that this computer does not know"),
        pytest.param({"time_zone": "UTC", "hours": [{**OFFICE, "opens": "25:00"}]}, id="hours that are none"),
        pytest.param({"time_zone": "UTC", "hours": [OFFICE], "lunch": "12:00"}, id="a field of a newer version"),
        pytest.param({}, id="nothing"),
    ],
)
def test_business_hours_that_are_refused_keep_back_neither_tickets_nor_rules(help_desk: Database, hours: dict[str, Any]) -> None:
    with help_desk.begin() as transaction:
        transaction.session.execute(text("UPDATE business_hours SET definition = :hours"), {"hours": json.dumps(hours)})
        transaction.session.execute(text("UPDATE settings_revision SET immediate = immediate + 1"))
    ticket = add_record(help_desk)
    with help_desk.reading() as transaction:
        assert [each.text for each in transaction.records.notes([ticket.id])[ticket.id]] == ["by greet"]
