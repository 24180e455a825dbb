"""The position in a folder of Microsoft 365, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from trackit_console.transports.graph_cursor import Announced, GraphCursor, read_graph_cursor

NOW = "2026-03-02T09:00:00Z"
FIRST = GraphCursor.first("folder", NOW)


def item(identifier: str, received: str, *, read: bool = False) -> dict[str, Any]:
    return {"id": identifier, "receivedDateTime": received, "isRead": read}


def ids(cursor: GraphCursor) -> list[str]:
    return [each.id for each in cursor.pending]


def test_it_outlives_being_stored() -> None:
    cursor = FIRST.with_older([item("a", "2026-01-01T00:00:00Z")], complete=False).with_arrivals([item("b", NOW)], "link", NOW)
    assert read_graph_cursor(cursor.to_json()) == cursor
    assert read_graph_cursor(FIRST.to_json()) == FIRST


@pytest.mark.covers("RUN-03")
def test_before_the_first_visit_only_unread_mail_counts_and_afterwards_all() -> None:
    before, after = "2026-03-02T08:59:59Z", "2026-03-02T09:00:00Z"
    items = [item("old", before, read=True), item("unread", before), item("new", after, read=True)]
    assert ids(FIRST.with_arrivals(items, "link", NOW)) == ["unread", "new"]


def test_the_delta_query_begins_before_the_first_visit_because_clocks_differ() -> None:
    assert FIRST.delta_from == "2026-03-02T08:00:00Z"
    assert FIRST.all_from == NOW


def test_what_is_no_mail_or_was_removed_does_not_count() -> None:
    items = [
        {"id": "gone", "@removed": {"reason": "deleted"}},
        item("chat", NOW) | {"@odata.type": "#microsoft.graph.chatMessage"},
        item("meeting", NOW) | {"@odata.type": "#microsoft.graph.eventMessageRequest"},
    ]
    assert ids(FIRST.with_arrivals(items, "link", NOW)) == ["meeting"]


def test_pending_messages_are_in_the_order_of_their_arrival_and_come_once() -> None:
    cursor = FIRST.with_arrivals([item("b", "2026-03-02T09:00:02Z"), item("a", "2026-03-02T09:00:02Z")], "1", NOW)
    cursor = cursor.with_arrivals([item("a", "2026-03-02T09:00:02Z"), item("z", "2026-03-02T09:00:01Z")], "2", NOW)
    assert ids(cursor) == ["z", "a", "b"]
    assert ids(cursor.taken(["a", "unknown"])) == ["z", "b"]


def test_ids_that_differ_in_letter_case_are_two_messages() -> None:
    assert len(FIRST.with_arrivals([item("AAa", NOW), item("AAA", NOW)], "link", NOW).pending) == 2


def test_older_mail_goes_on_at_its_last_second_without_what_was_found_there() -> None:
    second = "2026-01-01T00:00:07Z"
    cursor = FIRST.with_older([item("a", "2026-01-01T00:00:00Z"), item("b", second)], complete=False)
    assert (cursor.older, cursor.older_ids) == (second, ("b",))
    cursor = cursor.taken(["a", "b"]).with_older([item("b", second), item("c", second)], complete=False)
    assert (ids(cursor), cursor.older_ids) == (["c"], ("b", "c"))
    cursor = cursor.with_older([item("c", second)], complete=True)
    assert (cursor.older, cursor.older_ids) == (None, ())


def test_a_forgotten_link_goes_back_to_the_day_before_the_last_visit() -> None:
    cursor = FIRST.with_arrivals([], "link", "2026-03-10T17:00:00Z").resynchronized()
    assert (cursor.delta, cursor.delta_from, cursor.all_from) == ("", "2026-03-09T00:00:00Z", NOW)


@pytest.mark.covers("RUN-03")
def test_a_link_forgotten_between_two_pages_goes_back_to_the_visit_that_told_all() -> None:
    cursor = FIRST.with_arrivals([], "link", NOW).with_arrivals([], "page", "2026-04-10T17:00:00Z", complete=False)
    assert cursor.resynchronized().delta_from == "2026-03-01T09:00:00Z"
    again = cursor.resynchronized().with_arrivals([], "page", "2026-04-11T17:00:00Z", complete=False)
    assert again.resynchronized().delta_from == "2026-03-01T09:00:00Z"


@pytest.mark.covers("IN-16", "RUN-03")
def test_a_link_forgotten_soon_after_the_conversion_goes_back_to_the_last_visit_by_ews() -> None:
    cursor = GraphCursor.after_ews("folder", datetime(2026, 2, 1, 12, tzinfo=UTC))
    assert cursor.with_arrivals([], "page", NOW, complete=False).resynchronized().delta_from == "2026-01-31T12:00:00Z"


def test_a_link_is_kept_for_a_day_at_most() -> None:
    cursor = FIRST.with_arrivals([], "link", NOW)
    assert cursor.is_current("2026-03-02T23:59:59Z")
    assert not cursor.is_current("2026-03-03T00:00:00Z")
    assert not FIRST.is_current(NOW)


@pytest.mark.parametrize("text", [None, "", "7", "[]", "{}", "null", '{"folder": 1, "pending": [1], "older_ids": []}'])
def test_what_cannot_be_read_is_no_position(text: str | None) -> None:
    assert read_graph_cursor(text) is None


def test_what_is_read_is_announced() -> None:
    assert FIRST.with_arrivals([item("a", NOW)], "link", NOW).pending == (Announced(NOW, "a"),)
