"""`records` for a script: how each record is doing by its service level (NOT-04)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from trackit_console.__main__ import main
from trackit_console.domain.effects import Change, CreateRecord, SetServiceLevel
from trackit_console.domain.records import Module, Placeholder, Priority, ServiceLevelState, TicketSource
from trackit_console.paths import DataDir
from trackit_console.store.database import open_database

NEW, OTHER = Placeholder("new"), Placeholder("other")


@pytest.mark.covers("PKG-02", "NOT-04")
def test_a_record_tells_its_service_level(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(data_dir.database_url, data_dir)
    with database.unit_of_work() as work:
        late = ServiceLevelState("Standard", close_due_at=work.transaction.now - timedelta(hours=1))
        effects = (
            CreateRecord(NEW, Module.TICKET, "Printer", Priority.HIGH, TicketSource.EMAIL),
            SetServiceLevel(NEW, late),
            CreateRecord(OTHER, Module.TICKET, "Mouse", Priority.LOW, TicketSource.EMAIL),
        )
        work.apply([Change(effects)])
        work.commit()
    database.close()
    assert main(["--data-dir", str(data_dir.root), "records", "--json"]) == 0
    without, with_level = json.loads(capsys.readouterr().out)
    assert without["service_level"] is None
    assert with_level["service_level"] == {
        "name": "Standard",
        "state": "overdue",
        "first_response_due_at": None,
        "close_due_at": late.close_due_at.isoformat() if late.close_due_at else None,
        "responded_at": None,
    }
