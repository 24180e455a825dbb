"""A dialog does not outlive its closing: one that stays a child of the window would be kept until the program ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from tests.console.conftest import Person, will_press
from tests.quarantine_factory import set_aside
from trackit_console.settings.reports import Report


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that is chosen in every file dialog."""
    file = tmp_path / "chosen"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    return file


def export(person: Person, _file: Path) -> None:
    person.window.menu.export_wanted.emit()


def import_configuration(person: Person, file: Path) -> None:
    file.write_text(yaml.safe_dump({"version": 1}), "utf-8")
    person.window.menu.import_wanted.emit()


def choose_database(person: Person, _file: Path) -> None:
    person.window.menu.database_wanted.emit()


def show_recovery_key(person: Person, _file: Path) -> None:
    will_press("Show")
    person.window.menu.recovery_key_wanted.emit()


def import_people(person: Person, file: Path) -> None:
    file.write_text("name,email\nCy,cy@example.com\n", "utf-8")
    person.click(person.page("people").ui.import_button)


def add_a_person(person: Person, _file: Path) -> None:
    person.click(person.page("people").ui.new_button)


def add_to_a_record(person: Person, _file: Path) -> None:
    waiting = set_aside(person.window.services.database)
    page = person.page("quarantine")
    person.window.watch.refresh()
    person.wait(lambda: page.table.select(lambda row: row.delivery_id == waiting.whole))
    person.click(page.ui.route_button)


def preview_a_report(person: Person, _file: Path) -> None:
    with person.window.services.database.begin() as transaction:
        transaction.reports.add(Report(name="Weekly", kind="open_tickets", recipients=["ada@example.com"]), "ada")
    page = person.page("reports")
    person.window.watch.refresh()
    person.wait(lambda: page.current.table.shown == 1)
    page.ui.reports.selectRow(0)
    person.click(page.ui.preview_button)


@pytest.mark.parametrize(
    "open_it",
    [
        export,
        import_configuration,
        choose_database,
        show_recovery_key,
        import_people,
        add_a_person,
        add_to_a_record,
        preview_a_report,
    ],
    ids=lambda each: each.__name__,
)
@pytest.mark.usefixtures("answers")
def test_a_dialog_is_freed_when_it_is_closed(person: Person, chosen: Path, open_it: Callable[[Person, Path], None]) -> None:
    person.wait(lambda: person.window.watch.snapshot is not None)
    open_it(person, chosen)
    dialog = person.dialog()
    person.wait(lambda: not person.window.tasks._running)
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    person.wait(lambda: not isValid(dialog))
