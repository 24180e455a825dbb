"""The look: readable in every theme, made of tokens alone, switched while the console runs."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from trackit_console.console.colours import DARK, HIGH_CONTRAST, LIGHT, Tokens
from trackit_console.console.icons import icon
from trackit_console.console.style_sheet import style_sheet
from trackit_console.console.theme import Theme

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark"), pytest.param(HIGH_CONTRAST, id="high contrast")]
WORDS_ON = [
    *((words, ground) for ground in ("bg", "pane", "field", "soft") for words in ("text", "dim")),
    *((words, ground) for ground in ("bg", "pane") for words in ("bad", "accent")),
    *(("text", ground) for ground in ("bad_soft", "ok_soft", "warn_soft")),
    ("ok", "ok_soft"),
    ("bad", "bad_soft"),
    ("warn", "warn_soft"),
    ("on_accent", "accent"),
    ("on_header", "header"),
]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts: list[float] = [getattr(QColor(colour), f"{part}F")() for part in ("red", "green", "blue")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    bright: float = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return bright


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.covers("A11Y-01")
@pytest.mark.parametrize("tokens", THEMES)
def test_words_stand_out_from_what_they_are_written_on(tokens: Tokens) -> None:
    pale = {
        f"{words} on {ground}": round(contrast(getattr(tokens, words), getattr(tokens, ground)), 2)
        for words, ground in WORDS_ON
        if contrast(getattr(tokens, words), getattr(tokens, ground)) < 4.5
    }
    assert pale == {}


@pytest.mark.covers("A11Y-01")
@pytest.mark.parametrize("tokens", THEMES)
@pytest.mark.parametrize("mark", ["edge", "accent", "bad"])
def test_edges_and_bars_can_be_seen(tokens: Tokens, mark: str) -> None:
    assert contrast(getattr(tokens, mark), tokens.pane) >= 3
    assert contrast(getattr(tokens, mark), tokens.field) >= 3


@pytest.mark.parametrize("tokens", THEMES)
def test_the_style_sheet_has_no_colour_of_its_own(tokens: Tokens, qapp: QApplication) -> None:
    named = {getattr(tokens, each.name) for each in fields(Tokens)}
    assert set(re.findall(r"#[0-9a-f]{6}\b", style_sheet(tokens))) <= named
    assert "$" not in style_sheet(tokens)


def test_the_theme_is_switched_while_the_console_runs(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, "light")
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.bg
    theme.choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.bg


@pytest.mark.covers("A11Y-01")
@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_placeholder_is_as_readable_as_other_words(qapp: QApplication, qtbot: QtBot, choice: str) -> None:
    theme = Theme(qapp, choice)  # type: ignore[arg-type]
    field = QLineEdit(placeholderText="████████")
    field.resize(200, 32)
    qtbot.addWidget(field)
    field.show()
    drawn = field.grab().toImage()
    colours = {drawn.pixelColor(x, y).name() for x in range(20, 60) for y in range(8, 24)}
    assert max(contrast(each, theme.tokens.field) for each in colours) >= 4.5


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_icons_are_sharp_on_every_screen(qapp: QApplication, ratio: float) -> None:
    from PySide6.QtCore import QSize

    drawn = icon("mail", LIGHT.accent).pixmap(QSize(20, 20), ratio)
    assert (drawn.width(), drawn.devicePixelRatio()) == (20 * ratio, ratio)
    image = drawn.toImage()
    shown = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert shown == {LIGHT.accent}
