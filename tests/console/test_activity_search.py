"""A person searches **Activity** by what is remembered of a message, and is told what to do when nothing is found (RUN-08)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.conftest import Person
from tests.quarantine_factory import set_aside


@pytest.fixture
def page(person: Person) -> Any:
    """The page with three messages, of all time."""
    set_aside(person.window.services.database)
    shown = person.page("activity")
    shown.ui.period.setCurrentIndex(3)
    shown.search()
    person.wait(lambda: shown.table.shown == 3)
    return shown


def subjects(page: Any) -> list[str]:
    return [row.subject for row in page.table.model.rows]


@pytest.mark.covers("RUN-08")
@pytest.mark.parametrize("indexed", [False, True])
def test_a_message_is_found_by_the_beginnings_of_its_words(person: Person, page: Any, indexed: bool) -> None:
    if indexed:
        assert person.window.services.database.word_index.step() == 3
    person.type(page.ui.search, "floor PRI")
    person.wait(lambda: subjects(page) == ["Printer on floor 2"])
    person.type(page.ui.search, "Ticket - 1")
    person.wait(lambda: subjects(page) == ["Printer on floor 2"])
    person.type(page.ui.search, "lar")
    person.wait(lambda: subjects(page) == ["Too large"])


@pytest.mark.covers("RUN-08")
def test_a_search_without_hits_says_how_words_are_found_and_shows_all_again(person: Person, page: Any) -> None:
    person.type(page.ui.search, "rinter")
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty.button.text() == "Show all"
    person.click(page.ui.empty.button)
    person.wait(lambda: page.table.shown == 3)
    assert page.ui.search.text() == ""


def test_before_any_mail_the_page_leads_to_the_monitor(person: Person) -> None:
    page = person.page("activity")
    person.wait(page.ui.empty.isVisible)
    person.click(page.ui.empty.button)
    assert person.window.current == "monitor"
