"""The Logs page: reading, filtering, following and copying log files (LOG-02)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from tests.console.conftest import Person, will_press
from tests.log_factory import NEWEST, TRACEBACK, add_to, entry, log_file
from trackit_console.console.models import log_lines_model
from trackit_console.console.models.log_lines_model import LEVEL, MESSAGE
from trackit_console.paths import DataDir

pytestmark = pytest.mark.covers("LOG-02")
SAMPLE = entry(1) + entry(2, "ERROR", f"failed\n{TRACEBACK}") + entry(3, "WARNING") + entry(4)


def messages(page: Any) -> list[str]:
    return [line.message for line in page.list.model.lines]


def open_page(person: Person, *last: str) -> Any:
    """The page, when it shows a file whose last lines are these."""
    page = person.page("logs")
    person.wait(lambda: messages(page)[-len(last) :] == list(last))
    return page


def test_without_files_the_page_says_how_there_come_to_be_some(person: Person) -> None:
    page = person.page("logs")
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty._title.text() == "No log files yet"
    assert not page.ui.newest_button.isEnabled()
    person.click(page.ui.empty.button)
    assert person.window.current == "monitor"


def test_the_first_file_appears_by_itself(person: Person, data_dir: DataDir) -> None:
    page = person.page("logs")
    person.wait(page.ui.empty.isVisible)
    log_file(data_dir.logs, SAMPLE)
    person.wait(lambda: messages(page)[-1:] == ["message 4"])
    assert not page.ui.empty.isVisible()


def test_a_level_is_a_word_as_well_as_a_colour(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 3", "message 4")
    cells = [page.list.model.cell(row, LEVEL) for row in range(page.list.model.rowCount())]
    told = [(cell.words, cell.tone) for cell in cells if cell.words]
    assert told == [("Info", "dim"), ("Error", "bad"), ("Warning", "warn"), ("Info", "dim")]


def test_component_and_day_are_chosen(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    log_file(data_dir.logs, entry(7), day=NEWEST - timedelta(days=1))
    log_file(data_dir.logs, entry(8), "SmtpSender")
    page = open_page(person, "message 4")
    page.ui.day.setFocus()
    person.qtbot.keyClick(page.ui.day, Qt.Key.Key_Down)
    person.wait(lambda: messages(page) == ["message 7"])
    person.choose(page.ui.component, "SmtpSender")
    person.wait(lambda: messages(page) == ["message 8"])


def test_a_filter_keeps_entries_whole_and_can_be_cleared(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    person.type(page.ui.search, "no such folder")
    person.wait(lambda: messages(page) == ["failed", *TRACEBACK.splitlines()])
    person.type(page.ui.search, "nowhere")
    person.wait(page.ui.empty.isVisible)
    assert page.ui.empty._title.text() == "No line matches"
    person.click(page.ui.empty.button)
    person.wait(lambda: len(messages(page)) == 7)
    person.choose(page.ui.level, "Errors")
    person.wait(lambda: len(messages(page)) == 4)


def test_new_lines_are_followed_and_filtered(person: Person, data_dir: DataDir) -> None:
    file = log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    add_to(file, entry(5))
    person.wait(lambda: messages(page)[-1] == "message 5")
    person.choose(page.ui.level, "Errors")
    person.wait(lambda: len(messages(page)) == 4)
    add_to(file, entry(6) + entry(7, "ERROR"))
    person.wait(lambda: messages(page)[-1] == "message 7")
    assert "message 6" not in messages(page)


def test_a_line_that_is_being_written_is_shown_once(person: Person, data_dir: DataDir) -> None:
    file = log_file(data_dir.logs, SAMPLE + entry(5).rstrip("\n"))
    page = open_page(person, "message 4", "message 5")
    add_to(file, " and the rest\n")
    person.wait(lambda: messages(page)[-2:] == ["message 4", "message 5 and the rest"])


def test_without_follow_nothing_moves_until_f5(person: Person, data_dir: DataDir) -> None:
    file = log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    person.click(page.ui.follow)
    assert not page.ui.follow.isChecked()
    add_to(file, entry(5))
    page._look()
    assert page._looking is None
    page.refresh()
    person.wait(lambda: messages(page)[-1] == "message 5")


def test_at_midnight_the_new_day_is_followed(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    log_file(data_dir.logs, entry(8), day=NEWEST + timedelta(days=1))
    person.wait(lambda: messages(page) == ["message 8"])
    assert page.ui.day.currentIndex() == 0 and page.ui.day.count() == 2


def test_who_reads_an_older_day_stays_there(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    log_file(data_dir.logs, entry(7), day=NEWEST - timedelta(days=1))
    page = open_page(person, "message 4")
    page.ui.day.setCurrentIndex(1)
    person.wait(lambda: messages(page) == ["message 7"])
    log_file(data_dir.logs, entry(8), day=NEWEST + timedelta(days=1))
    person.wait(lambda: page.ui.day.count() == 3)
    assert messages(page) == ["message 7"] and page.ui.day.currentIndex() == 2


def test_a_file_that_vanishes_gives_way_to_what_is_there(person: Person, data_dir: DataDir) -> None:
    gone = log_file(data_dir.logs, SAMPLE)
    log_file(data_dir.logs, entry(7), day=NEWEST - timedelta(days=1))
    page = open_page(person, "message 4")
    gone.unlink()
    person.wait(lambda: messages(page) == ["message 7"])


def test_a_file_that_cannot_be_read_says_so(person: Person, data_dir: DataDir) -> None:
    gone = log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    person.click(page.ui.follow)
    gone.unlink()
    person.choose(page.ui.level, "Errors")
    person.wait(page.ui.empty.isVisible)
    assert "is not there any more" in page.ui.empty._title.text()
    person.click(page.ui.empty.button)
    person.wait(lambda: page.ui.empty._title.text() == "No log files yet")


def test_older_lines_are_read_on_demand_and_the_list_stays_bounded(
    person: Person, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lines_model, "MOST_LINES", 9000)
    file = log_file(data_dir.logs, "".join(entry(number, message=f"message {number} {'x' * 50}") for number in range(20_000)))
    page = person.page("logs")
    person.wait(lambda: len(messages(page)) > 1000)
    model, last = page.list.model, messages(page)[-1]
    assert last.startswith("message 19999 ")
    while not model.cut_below:
        before = model.start
        person.click(page.ui.older_button)
        person.wait(lambda: page.list.model.start < before)  # noqa: B023 - waited for at once
    assert len(model.lines) == 9000
    assert messages(page)[-1] != last
    add_to(file, entry(1))
    person.click(page.ui.newest_button)
    person.wait(lambda: messages(page)[-1] == "message 1")
    starts = [line.start for line in model.lines]
    assert starts == sorted(set(starts))


def test_who_scrolled_up_is_left_in_peace_and_jumps_back(person: Person, data_dir: DataDir) -> None:
    file = log_file(data_dir.logs, "".join(map(entry, range(300))))
    page = open_page(person, "message 299")
    bar = page.ui.lines.verticalScrollBar()
    person.wait(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(10)
    add_to(file, entry(300))
    person.wait(lambda: messages(page)[-1] == "message 300")
    assert bar.value() == 10
    person.click(page.ui.newest_button)
    assert bar.value() == bar.maximum()


def test_selected_lines_are_copied_as_they_stand_in_the_file(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    assert not page.ui.copy_button.isEnabled()
    page.ui.lines.selectRow(1)
    person.qtbot.keyClick(page.ui.lines, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    person.click(page.ui.copy_button)
    lines = SAMPLE.splitlines()
    assert QGuiApplication.clipboard().text() == "\n".join(lines[1:3])


@pytest.mark.covers("SEC-03")
def test_hostile_text_is_text(person: Person, data_dir: DataDir) -> None:
    log_file(data_dir.logs, entry(1, message='<img src="//files.example/p">\x1b[2J\u202egpj'))
    page = person.page("logs")
    person.wait(lambda: bool(messages(page)))
    index = page.list.model.index(0, MESSAGE)
    assert index.data() == '<img src="//files.example/p">\\x1b[2J\\u202egpj'
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_folder_is_opened(
    person: Person, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, str]]
) -> None:
    opened: list[Path] = []
    log_file(data_dir.logs, SAMPLE)
    page = open_page(person, "message 4")
    open_them = [True, False]

    def open_folder(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return open_them.pop(0)

    monkeypatch.setattr(QDesktopServices, "openUrl", open_folder)
    person.click(page.ui.folder_button)
    assert (opened, answers) == ([data_dir.logs], [])
    will_press("Close")
    person.click(page.ui.folder_button)
    assert "could not be opened" in answers[0][0]
