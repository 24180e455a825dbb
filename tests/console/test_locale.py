"""Numbers and lists of words as the language of the console writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

import trackit_console.console
from tests.console.conftest import Person
from trackit_console.console.app import application
from trackit_console.console.display_text import size_text
from trackit_console.console.language import console_locale


@pytest.fixture(autouse=True)
def locale() -> Iterator[None]:
    """What a test chooses does not outlive it."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(("language", "words"), [("de_DE", "10.000 set aside"), ("en_GB", "10,000 set aside")])
def test_a_large_number_has_the_separators_of_the_language(person: Person, language: str, words: str) -> None:
    QLocale.setDefault(QLocale(language))
    person.window.header.show_quarantine(10_000)
    assert person.window.header.quarantine_button.text() == words


def test_no_text_has_a_number_without_separators() -> None:
    """%n is written as a program would; %Ln is the same number as the language writes it."""
    folder = Path(str(trackit_console.console.__file__)).parent
    found = {
        each.name: hits
        for each in folder.rglob("*.py")
        if "compiled" not in each.parts and (hits := re.findall(r"%n", each.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(("language", "words"), [("de_DE", "1,5 MB"), ("en_GB", "1.5 MB")])
def test_a_size_has_the_units_of_the_file_manager(language: str, words: str) -> None:
    QLocale.setDefault(QLocale(language))
    assert size_text(3 * 512 * 1024) == words


def test_a_system_without_a_language_gets_english_lists_and_numbers() -> None:
    """Qt's C locale, that of LANG=C, puts no word between the last two."""
    chosen = console_locale(QLocale.c())
    assert chosen.createSeparatedList(["Saturday", "Sunday"]) == "Saturday and Sunday"
    assert chosen.toString(10_000) == "10,000"
    assert console_locale(QLocale("de_DE")) == QLocale("de_DE")


def test_the_application_speaks_the_language_of_the_system(qapp: object) -> None:
    application()
    assert QLocale() == console_locale(QLocale.system())
