"""Whether this console runs the monitor: only where nobody else does (RUN-01, RUN-02)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QMessageBox

from tests.console.conftest import Person
from trackit_console.store.monitoring_views import Host

LOOKS = 3


@pytest.mark.covers("RUN-01", "RUN-02")
def test_a_console_starts_no_engine_beside_a_program_that_hosts_the_monitor(person: Person) -> None:
    """An engine would step down at once, and be started anew with each look."""
    now = datetime.now(UTC)
    with person.window.services.database.begin() as transaction:
        transaction.monitoring.report(Host("service", "HELPDESK01", "headless", "running", 1, now, now))
        transaction.monitoring.want(True, "ada")
    hosting: list[bool] = []
    person.window.watch.snapshot_read.connect(
        lambda snapshot: hosting.append(person.window.monitor.is_hosting) if snapshot.wanted.running else None
    )
    person.wait(lambda: len(hosting) >= LOOKS)
    assert not any(hosting)
    with person.window.services.database.begin() as transaction:
        transaction.monitoring.leave("service")
    person.wait(lambda: person.window.monitor.is_hosting)


@pytest.mark.covers("T-06", "RUN-01")
def test_a_monitor_that_fails_all_night_leaves_one_box(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def stays_open(box: QMessageBox) -> int:
        opened.append(box.detailedText())
        person.window.monitor.failed.emit(KeyError("again"))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", stays_open)
    person.window.monitor.failed.emit(KeyError("midnight"))
    assert opened == ["KeyError: 'midnight'"]
    person.window.monitor.failed.emit(KeyError("noon"))
    assert opened[1:] == ["KeyError: 'noon'"]
