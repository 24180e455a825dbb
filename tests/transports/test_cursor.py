"""Where a visit goes on from, by what the folder says of itself."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.transports.cursor import Cursor, read_cursor

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
numbers = st.integers(0, 2**32 - 1)
days = st.dates(date(2000, 1, 1))
cursors = st.builds(Cursor, st.text(), numbers, numbers, numbers, days, st.none() | days, restored=numbers)

BAD_BACKLOG = Cursor("INBOX", 7, 12, 10, DAY, backlog="1-9").to_json()


@given(cursors)
def test_a_cursor_that_was_written_is_read_again(cursor: Cursor) -> None:
    assert read_cursor(cursor.to_json()) == cursor


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "1", "x", '{"folder": "INBOX", "last": "x"}', BAD_BACKLOG])
def test_what_is_no_cursor_reads_as_none(text: str | None) -> None:
    assert read_cursor(text) is None


@given(st.sets(st.integers(1, 60)))
def test_a_backlog_holds_exactly_its_uids(uids: set[int]) -> None:
    """What a person reads while it waits for its turn is no history."""
    kept = read_cursor(Cursor.first("INBOX", 7, 61, DAY).with_backlog(sorted(uids)).to_json())
    assert kept is not None and kept.backlog is not None
    assert {uid for uid in range(70) if uid in kept.in_backlog} == uids
    assert kept.after(12, complete=False).in_backlog == kept.in_backlog
    assert kept.after(60, complete=True).backlog is None


@pytest.mark.covers("RUN-03")
def test_the_same_folder_goes_on() -> None:
    kept = Cursor("INBOX", 7, 12, 10, DAY)
    assert kept.on("INBOX", 7, 40, NEXT) == Cursor("INBOX", 7, 12, 10, NEXT)


@pytest.mark.covers("RUN-03")
def test_a_new_uidvalidity_looks_back_to_the_day_before_the_last_visit() -> None:
    kept = Cursor("INBOX", 7, 12, 10, DAY)
    assert kept.on("INBOX", 8, 40, NEXT) == Cursor("INBOX", 8, 0, 40, NEXT, since=date(2026, 2, 28))


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize(
    ("kept", "uid_next"),
    [
        pytest.param(Cursor("INBOX", 7, 12, 10, DAY), 12, id="the last one is gone"),
        pytest.param(Cursor("INBOX", 7, 5, 40, DAY, backlog="6:30"), 39, id="older mail was still to come"),
    ],
)
def test_uids_that_are_given_again_are_as_a_new_uidvalidity(kept: Cursor, uid_next: int) -> None:
    """A server that was restored from its backup keeps its UIDVALIDITY."""
    anew = kept.on("INBOX", 7, uid_next, NEXT)
    assert anew == Cursor("INBOX", 7, 0, uid_next, NEXT, since=date(2026, 2, 28), restored=1)
    assert anew.on("INBOX", 7, uid_next, NEXT) == anew
    assert anew.after(uid_next - 1, complete=True).on("INBOX", 7, 3, NEXT).restored == 2
    assert anew.on("INBOX", 8, 40, NEXT).restored == 1


def test_a_cursor_of_an_earlier_version_is_of_a_server_that_was_never_restored() -> None:
    stored = json.loads(Cursor("INBOX", 7, 12, 10, DAY).to_json())
    del stored["restored"]
    assert read_cursor(json.dumps(stored)) == Cursor("INBOX", 7, 12, 10, DAY)


def test_another_folder_begins_anew() -> None:
    assert Cursor("INBOX", 7, 12, 10, DAY).on("Other", 7, 40, NEXT) == Cursor.first("Other", 7, 40, NEXT)


@given(last=st.integers(0, 50), all_from=st.integers(1, 50))
def test_every_uid_above_the_last_is_looked_at_once(last: int, all_from: int) -> None:
    cursor = Cursor("INBOX", 7, last, all_from, DAY)
    begin, end = map(int, (cursor.unread_range or "1:0").split(":"))
    older = set(range(begin, end + 1)) if cursor.unread_range else set()
    assert older.isdisjoint(range(cursor.new_from, 60))
    assert older | set(range(cursor.new_from, 60)) == set(range(last + 1, 60))


def test_once_all_is_taken_older_mail_is_history() -> None:
    cursor = Cursor.first("INBOX", 7, 40, DAY)
    assert cursor.after(12, complete=False).unread_range == "13:39"
    assert cursor.after(12, complete=True).unread_range is None


def test_the_inbox_is_the_same_however_it_is_written() -> None:
    """RFC 3501 section 5.1: INBOX is case-insensitive."""
    stored = Cursor.first("INBOX", 1, 11, DAY)
    assert stored.on("Inbox", 1, 12, DAY).new_from == stored.new_from
    assert Cursor.first("Help", 1, 11, DAY).on("help", 1, 12, DAY) == Cursor.first("help", 1, 12, DAY)
