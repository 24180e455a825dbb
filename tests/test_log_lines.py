"""What a log file says: its entries, filters, and hostile text in them (LOG-02, SEC-03)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log_factory import TRACEBACK, entry
from trackit_console.log_lines import LONGEST_LINE, Level, LogFilter, LogLine, entries, harmless, parse, whole_lines

pytestmark = pytest.mark.covers("LOG-02")
TEXT = entry(1) + entry(2, "ERROR", f"failed\n{TRACEBACK}") + entry(3, "WARNING")
ANYTHING = st.binary(max_size=300) | st.text(max_size=100).map(lambda text: (entry(7, message=text) + text).encode())


def messages(lines: list[LogLine]) -> list[str]:
    return [line.message for line in lines]


def test_a_line_says_when_and_how_bad() -> None:
    first, failed, *trace, last = parse(TEXT.encode(), 0)
    assert (first.at, first.level, first.message) == ("2026-03-31 00:00:01,123", Level.INFO, "message 1")
    assert (failed.level, last.level) == (Level.ERROR, Level.WARNING)
    assert [line.level for line in trace] == [Level.ERROR] * 3
    assert [line.heads for line in (first, failed, *trace, last)] == [True, True, False, False, False, True]


@given(ANYTHING)
def test_every_byte_belongs_to_one_line_and_nothing_raises(data: bytes) -> None:
    lines = parse(data, 10)
    starts = [line.start - 10 for line in lines]
    assert starts == [0, *(at + 1 for at, byte in enumerate(data) if byte == 10 and at + 1 < len(data))][: len(lines)]
    assert [line for group in entries(lines) for line in group] == lines


@pytest.mark.covers("SEC-03")
@given(ANYTHING)
def test_no_line_has_a_character_that_a_terminal_obeys(data: bytes) -> None:
    for line in parse(data, 0):
        assert all(each.isprintable() or each.isspace() for each in line.text)
        assert not set(line.text) & set("\x1b\n\r\t\u202e\u2028\x9b\0")


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("a\tb", "a    b"),
        ("12\u202f000 €, Grüße, 你好", "12\u202f000 €, Grüße, 你好"),
        ("<b>no tag</b>", "<b>no tag</b>"),
        ("x" * (LONGEST_LINE + 5), "x" * LONGEST_LINE + " … (+5)"),
    ],
    ids=["terminal", "direction", "tab", "letters", "html", "long"],
)
def test_what_has_no_shape_is_shown_as_an_escape(written: str, shown: str) -> None:
    assert harmless(written) == shown


def test_bytes_that_are_no_text_are_shown_too() -> None:
    assert messages(parse(b"caf\xe9\r\n", 0)) == ["caf\\xe9"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LogFilter(), 6),
        (LogFilter(Level.WARNING), 5),
        (LogFilter(Level.ERROR), 4),
        (LogFilter(words="NO SUCH folder"), 4),
        (LogFilter(words="message"), 2),
        (LogFilter(Level.WARNING, "message"), 1),
        (LogFilter(words="00:00:03"), 1),
        (LogFilter(words="nowhere"), 0),
    ],
)
def test_an_entry_is_shown_whole_or_not_at_all(wanted: LogFilter, found: int) -> None:
    assert len(wanted.of(parse(TEXT.encode(), 0))) == found


@given(ANYTHING, st.sampled_from(list(Level)), st.text(max_size=3))
def test_the_quick_look_leaves_out_nothing_that_matches(data: bytes, least: Level, words: str) -> None:
    wanted = LogFilter(least, words)
    if wanted.excludes(data.decode("utf-8", "backslashreplace")):
        assert wanted.of(parse(data, 0)) == []


@given(ANYTHING.filter(bool), st.integers(0, 5))
def test_a_part_begins_with_a_line_and_is_never_empty(data: bytes, start: int) -> None:
    part = whole_lines(data, start)
    assert part and data.endswith(part)
    assert part == data or data[: len(data) - len(part)].endswith(b"\n")


def test_a_part_begins_with_an_entry_if_it_has_one() -> None:
    data = f"rest of a line\n{TRACEBACK}\n".encode() + TEXT.encode()
    assert whole_lines(data, 5) == TEXT.encode()
    assert whole_lines(data, 0) == data
