"""Restricted File Types as an admin edits them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests.console.conftest import Person, will_press
from trackit_console.settings.file_types import FileTypes
from trackit_console.store.row_mapping import Stored


def opened(person: Person) -> Any:
    page = person.page("file_types")
    person.wait(lambda: bool(page.table.model.rows))
    return page


def endings(page: Any) -> list[str]:
    return [row.ending for row in page.table.model.rows]


@pytest.mark.covers("MSG-04")
def test_several_types_are_added_at_once_and_saved(person: Person) -> None:
    page = opened(person)
    person.type(page.ui.new_types, ".ISO, *.img a/b")
    person.click(page.ui.add_button)
    assert {"iso", "img"} <= set(endings(page))
    assert page.ui.new_types.text() == "a/b"
    assert "a/b" in page.ui.new_types_message.text()
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with person.window.services.database.reading() as transaction:
        kept = transaction.settings.file_types()
    assert (kept.version, "iso" in kept.value.restricted_file_types) == (2, True)


@pytest.mark.covers("MSG-04")
def test_types_are_removed_by_key_and_the_defaults_restored(person: Person, answers: list[Any]) -> None:
    page = opened(person)
    page.ui.types.selectAll()
    page.ui.types.setFocus()
    person.qtbot.keyClick(page.ui.types, Qt.Key.Key_Delete)
    assert endings(page) == []
    assert page.ui.empty.isVisible()
    will_press("Restore defaults")
    person.click(page.ui.empty.button)
    assert endings(page) == FileTypes().restricted_file_types
    assert not page.unsaved


@pytest.mark.covers("DB-04", "MSG-04")
def test_the_list_of_another_admin_is_not_overwritten_unseen(person: Person) -> None:
    page = opened(person)
    person.window.watch.stop()
    person.type(page.ui.new_types, "iso")
    person.click(page.ui.add_button)
    database = person.window.services.database
    with database.begin() as transaction:
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["exe"])), "grace")
    person.click(page.ui.save_button)
    told = person.told_conflict()
    assert "grace" in told
    assert "iso" in endings(page)
    person.click(page.ui.save_button)
    person.wait(lambda: not page.unsaved)
    with database.reading() as transaction:
        assert "iso" in transaction.settings.file_types().value.restricted_file_types
