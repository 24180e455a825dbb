"""Reading log files from their end, in parts, while they grow, are replaced and deleted (LOG-02)."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.log_factory import NEWEST, TRACEBACK, add_to, entry, log_file
from trackit_console import log_reader
from trackit_console.cancel import Cancel, cancellable
from trackit_console.log_lines import Level, LogFilter
from trackit_console.log_reader import LogFileGone, LogFileUnreadable, LogPart, Place, log_files, look, read_after, read_before

pytestmark = pytest.mark.covers("LOG-02")
ALL = LogFilter()


def messages(part: LogPart | None) -> list[str]:
    assert part is not None
    return [line.message for line in part.lines]


def test_files_are_listed_newest_first_and_others_left_out(tmp_path: Path) -> None:
    for component, age in (("SmtpSender", 0), ("EmailMonitor", 0), ("EmailMonitor", 1)):
        log_file(tmp_path, "12345", component, NEWEST - timedelta(days=age))
    for name in ("notes.txt", "EmailMonitor_2026-02-30.log", "x.log"):
        (tmp_path / name).write_text("")
    (tmp_path / "EmailMonitor_2026-01-01.log").mkdir()
    found = log_files(tmp_path)
    assert [(each.component, each.day, each.size) for each in found] == [
        ("EmailMonitor", NEWEST, 5),
        ("SmtpSender", NEWEST, 5),
        ("EmailMonitor", NEWEST - timedelta(days=1), 5),
    ]
    assert log_files(tmp_path / "nowhere") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=40),
    st.integers(1, 12),
    st.integers(8, 90),
    st.booleans(),
)
def test_going_back_part_by_part_gives_the_whole_file(
    tmp_path: Path, texts: list[str], count: int, block: int, headed: bool
) -> None:
    lines = [text.replace("\n", " ") for text in texts]
    file = log_file(
        tmp_path, "".join(entry(number, message=text or "x") if headed else f"{text}\n" for number, text in enumerate(lines))
    )
    whole = read_before(file, None, ALL, 10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_reader, "BLOCK", block if not headed else 200)
        part = read_before(file, None, ALL, count)
        collected = part.lines
        while part.start:
            before, part = part.start, read_before(file, part.start, ALL, count)
            assert part.start < before
            collected = part.lines + collected
    if headed:
        assert collected == whole.lines
    assert collected[0].start == 0 if collected else not whole.lines
    ends = [line.start for line in collected]
    assert ends == sorted(set(ends))


def test_a_filter_goes_back_until_it_has_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reader, "BLOCK", 1000)
    file = log_file(tmp_path, "".join(entry(number, "ERROR" if number % 100 == 0 else "INFO") for number in range(1000)))
    part = read_before(file, None, LogFilter(Level.ERROR), 3)
    assert messages(part) == ["message 700", "message 800", "message 900"]
    assert messages(read_before(file, part.start, LogFilter(Level.ERROR), 100))[-1] == "message 600"
    assert messages(read_before(file, None, LogFilter(words="message 3 "), 5)) == []


def test_an_entry_is_not_cut_between_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = log_file(tmp_path, "".join(entry(number, "ERROR", f"failed {number}\n{TRACEBACK}") for number in range(20)))
    for block in range(200, 330, 7):
        monkeypatch.setattr(log_reader, "BLOCK", block)
        part = read_before(file, None, LogFilter(words="failed 7"), 1)
        assert messages(part) == ["failed 7", *TRACEBACK.splitlines()]


def test_what_is_added_comes_once_and_only_when_its_line_is_complete(tmp_path: Path) -> None:
    file = log_file(tmp_path, entry(1) + "2026-03-31 00:00:02,123 INFO hal")
    first = read_before(file, None, ALL, 10)
    assert messages(first) == ["message 1", "hal"]
    place = Place(file).behind(first)
    assert read_after(place, ALL, 10).lines == []
    add_to(file, "f\n" + entry(3))
    second = read_after(place, ALL, 10)
    assert messages(second) == ["half", "message 3"]
    assert second.lines[0].start == first.lines[1].start
    assert read_after(place.behind(second), ALL, 10).lines == []


def test_a_traceback_that_comes_later_has_the_level_of_its_entry(tmp_path: Path) -> None:
    file = log_file(tmp_path, entry(1, "ERROR"))
    place = Place(file).behind(read_before(file, None, ALL, 10))
    add_to(file, TRACEBACK + "\n")
    assert {line.level for line in read_after(place, LogFilter(Level.ERROR), 10).lines} == {Level.ERROR}


def test_a_file_that_was_replaced_or_became_shorter_is_read_anew(tmp_path: Path) -> None:
    file = log_file(tmp_path, entry(1) + entry(2))
    place = Place(file).behind(read_before(file, None, ALL, 10))
    file.write_text(entry(3))
    assert messages(read_after(place, ALL, 10)) == ["message 3"]
    other = log_file(tmp_path, "".join(entry(number) for number in range(4, 9)), "Other")
    other.replace(file)
    assert messages(read_after(place, ALL, 10))[0] == "message 4"


def test_following_leads_into_the_next_day(tmp_path: Path) -> None:
    file = log_file(tmp_path, entry(1))
    place = Place(file).behind(read_before(file, None, ALL, 10))
    tomorrow = log_file(tmp_path, entry(2), day=NEWEST + timedelta(days=1))
    news = look(tmp_path, place, ALL, 10)
    assert (news.files[0].path, messages(news.part)) == (tomorrow, [])
    assert messages(look(tmp_path, Place(tomorrow), ALL, 10).part) == ["message 2"]


def test_a_file_that_vanishes_is_said_to_be_gone(tmp_path: Path) -> None:
    file = log_file(tmp_path, entry(1))
    place = Place(file).behind(read_before(file, None, ALL, 10))
    file.unlink()
    assert look(tmp_path, place, ALL, 10).part is None
    with pytest.raises(LogFileGone) as gone:
        read_before(file, None, ALL, 10)
    assert "is not there any more" in str(gone.value)
    file.mkdir()
    with pytest.raises(LogFileUnreadable):
        read_before(file, None, ALL, 10)


def test_a_line_without_an_end_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reader, "BLOCK", 1000)
    file = log_file(tmp_path, "x" * 10_500)
    part = read_before(file, None, ALL, 3)
    assert [len(line.message) for line in part.lines] == [1000, 1000, 1000]
    assert [len(each) for each in messages(read_after(Place(file), ALL, 100))] == [1000] * 10


def test_a_cancelled_search_answers_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reader, "BLOCK", 1000)
    file = log_file(tmp_path, "".join(map(entry, range(1000))))
    cancel = Cancel()
    cancel.set()
    with cancellable(cancel):
        part = read_before(file, None, LogFilter(words="message 1 "), 10)
    assert (part.lines, part.start) == ([], part.size)


def test_a_file_of_200_mb_costs_little_memory(tmp_path: Path) -> None:
    file = log_file(tmp_path, "")
    with file.open("wb") as stream:
        chunk = "".join(map(entry, range(2000))).encode()
        for _ in range(200_000_000 // len(chunk)):
            stream.write(chunk)
    tracemalloc.start()
    part = read_before(file, None, ALL, 1000)
    part = read_before(file, part.start, ALL, 1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(part.lines) >= 1000
    assert peak < 20_000_000
    assert read_before(file, None, LogFilter(words="nowhere to be found"), 1).start == 0
