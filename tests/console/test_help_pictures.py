"""The help shows the dialogs by pictures that the build takes (T-05)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import ROOT
from tests.console.conftest import Person
from trackit_console.console.dialogs import help as help_dialog
from trackit_console.console.dialogs.help import PICTURE_WIDTH_PX, SHARPNESS, open_help
from trackit_console.console.help_pictures import dialogs

pytestmark = pytest.mark.covers("T-05")
PAGES = sorted((ROOT / "resources" / "help").rglob("*.md"))


def test_every_picture_in_the_help_is_taken_and_every_one_taken_is_shown(person: Person) -> None:
    shown = {name for page in PAGES for name in re.findall(r"!\[[^\]]+\]\(([\w-]+)\.png\)", page.read_text("utf-8"))}
    taken = set()
    for name, dialog in dialogs(person.window):
        person.qtbot.addWidget(dialog)
        taken.add(name)
    assert taken == shown
    assert len(shown) == 6


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(help_dialog, "PICTURES", tmp_path)
    return tmp_path


def sizes(qtbot: QtBot) -> tuple[float, float]:
    """Width and height at which the help about IMAP shows its picture."""
    parent = QWidget()
    qtbot.addWidget(parent)
    reader = open_help(parent, "mailbox-imap").reader
    found: QImage = reader.document().resource(
        QTextDocument.ResourceType.ImageResource.value, reader.source().resolved("mailbox-imap.png")
    )
    return found.deviceIndependentSize().toTuple()


@pytest.mark.parametrize(("width", "shown"), [(600, 300), (4 * PICTURE_WIDTH_PX, PICTURE_WIDTH_PX)], ids=["small", "large"])
def test_a_picture_fits_the_window_of_the_help(qtbot: QtBot, pictures: Path, width: int, shown: int) -> None:
    picture = QImage(width, width // 2, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    picture.save(str(pictures / "mailbox-imap.png"))
    assert width >= SHARPNESS * shown
    assert sizes(qtbot) == (shown, shown / 2)


def test_without_the_picture_nothing_is_shown_in_its_place(qtbot: QtBot, pictures: Path) -> None:
    assert not list(pictures.iterdir())
    assert sizes(qtbot) == (1, 1)
