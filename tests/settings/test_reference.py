"""The tables in the documents are those of the models."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.samples import MODELS
from trackit_console.settings import reference
from trackit_console.settings.field_tables import field_table
from trackit_console.settings.monitor import MonitorSettings


def test_every_table_in_the_documents_is_current() -> None:
    assert reference.outdated() == [], "run: python -m trackit_console.settings.reference --write"


def test_a_page_is_brought_up_to_date_and_its_own_words_stay() -> None:
    page = "# Mine\n\n<!-- fields monitor -->\nold\n<!-- /fields -->\n\nmine too\n"
    made = reference.current(page)
    assert made.startswith("# Mine\n\n<!-- fields monitor -->\n\n| Field |")
    assert made.endswith("|\n\n<!-- /fields -->\n\nmine too\n")
    assert "`message_size_limit` | Largest message | 1–2000 MB | `100` |" in made
    assert reference.current(made) == made


def test_a_table_that_nobody_makes_is_refused() -> None:
    with pytest.raises(KeyError):
        reference.current("<!-- fields weather -->\n<!-- /fields -->")


def test_every_table_stands_in_some_page() -> None:
    pages = "".join((reference.ROOT / Path(page)).read_text("utf-8") for page in reference.PAGES)
    assert [name for name in reference.TABLES if f"<!-- fields {name} -->" not in pages] == []


def test_every_field_that_a_person_sees_has_a_title_and_help() -> None:
    bare = {"type", "authentication", "kind", "name"}
    untold = [
        f"{model.__name__}.{name}"
        for model in MODELS
        for name, field in model.model_fields.items()
        if name not in bare and not model.__module__.endswith("database") and not (field.title and field.description)
    ]
    assert untold == []
    assert field_table([MonitorSettings]).count("\n") == len(MonitorSettings.model_fields) + 2
