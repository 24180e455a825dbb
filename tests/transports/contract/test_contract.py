"""What every type of mailbox promises the monitor (RUN-03, RUN-04, MON-06), shown on each kind of server alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from tests.transports.conftest import ANY_SIZE, message, nothing_kept
from tests.transports.contract.rig import Rig
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import walk
from trackit_console.transports.errors import Cancelled, TimedOut, TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES, Absent, Batch, Fetched
from trackit_console.transports.source import Source

SOON = 1.0
"""Seconds within which a cancelled call comes back."""
ODD = (
    b"From: ada@example.com\r\nSubject: dots\r\n\r\n.\r\n..\r\n.leading\r\n\r\n",
    b"From: ada@example.com\r\nSubject: a long line\r\n\r\n" + b"x" * 50_000 + b"\r\n",
    b"From: ada@example.com\r\nSubject: all bytes\r\n\r\n" + bytes(set(range(1, 256)) - {10, 13}) + b"\r\n",
    b"no headers\r\n",
)


def visit(rig: Rig, cursor: str | None = None, limit: int = 1000, size_limit: int = ANY_SIZE) -> list[Batch]:
    """All batches of a visit that changes nothing."""
    with rig.source() as source:
        batches = list(source.fetch_new(cursor, limit, size_limit))
        source.finish()
    return batches


def fetched(batches: Sequence[Batch]) -> list[Fetched]:
    return [each for batch in batches for each in batch.messages]


def raws(batches: Sequence[Batch]) -> list[bytes | None]:
    return [each.raw for each in fetched(batches)]


def refs(batches: Sequence[Batch]) -> list[MessageRef]:
    return [each.ref for each in fetched(batches)]


class TestReading:
    @pytest.mark.covers("RUN-03")
    def test_an_empty_mailbox_has_nothing_new(self, rig: Rig) -> None:
        assert raws(visit(rig)) == []

    @pytest.mark.covers("RUN-03", "RUN-07")
    def test_new_mail_comes_oldest_first_byte_by_byte_and_the_same_each_time(self, rig: Rig) -> None:
        sent = [message(number) for number in range(BATCH_MESSAGES + 5)] + [*ODD]
        rig.deliver(*sent)
        first, again = visit(rig), visit(rig)
        assert raws(first) == sent
        assert refs(first) == refs(again)
        assert len(set(refs(first))) == len(sent)
        assert all(len(batch.messages) <= BATCH_MESSAGES for batch in first)

    @pytest.mark.covers("RUN-03")
    def test_after_a_cursor_only_what_is_new_comes(self, rig: Rig) -> None:
        rig.deliver(message(1), message(2))
        cursor = visit(rig)[-1].cursor
        assert raws(visit(rig, cursor)) == []
        rig.deliver(message(3))
        later = visit(rig, cursor)
        assert raws(later) == [message(3)]
        assert raws(visit(rig, later[-1].cursor)) == []

    @pytest.mark.covers("RUN-03")
    def test_mail_that_is_read_by_a_person_between_two_visits_is_new_all_the_same(self, rig: Rig) -> None:
        rig.deliver(message(1))
        cursor = visit(rig)[-1].cursor
        rig.deliver(message(2))
        rig.mark_read([1])
        assert raws(visit(rig, cursor)) == [message(2)]

    @pytest.mark.covers("RUN-03")
    def test_reading_changes_nothing_on_the_server(self, rig: Rig) -> None:
        rig.deliver(message(1), message(2))
        visit(rig)
        assert rig.contents() == [message(1), message(2)]
        if rig.tells_unread:
            with rig.source() as source:
                assert source.unread() == 2

    @pytest.mark.covers("MON-02", "RUN-07")
    def test_a_limit_leaves_the_rest_for_later(self, rig: Rig) -> None:
        sent = [message(number) for number in range(7)]
        rig.deliver(*sent)
        cursor, taken = None, []
        while batches := visit(rig, cursor, limit=3):
            assert len(fetched(batches)) <= 3
            taken += raws(batches)
            cursor = batches[-1].cursor
        assert taken == sent

    @pytest.mark.covers("RUN-04", "RUN-07")
    def test_of_a_message_above_the_size_limit_only_the_headers_come(self, rig: Rig) -> None:
        large = message(2, size=50_000)
        rig.deliver(message(1), large, message(3))
        found = fetched(visit(rig, size_limit=10_000))
        assert [each.raw for each in found] == [message(1), None, message(3)]
        assert (found[1].absent, found[1].size) == (Absent.TOO_LARGE, len(large))
        assert b"Subject: number 2" in found[1].headers and b"body 2" not in found[1].headers

    @pytest.mark.covers("RUN-07")
    def test_a_batch_is_bounded_by_bytes(self, rig: Rig) -> None:
        sent = [message(number, size=BATCH_BYTES // 2) for number in range(3)]
        rig.deliver(*sent)
        batches = visit(rig)
        assert raws(batches) == sent
        assert all(len(batch.messages) <= 2 for batch in batches)

    @pytest.mark.covers("RUN-04")
    def test_messages_are_fetched_again_by_reference_whole_or_their_headers(self, rig: Rig) -> None:
        rig.deliver(*(message(number) for number in range(4)))
        known = refs(visit(rig))
        with rig.source() as source:
            assert [each.raw for each in source.fetch([known[1], known[3]], ANY_SIZE)] == [message(1), message(3)]
            [headers] = source.fetch_headers([known[2]])
        assert (headers.ref, headers.raw, headers.absent) == (known[2], None, None)
        assert b"Subject: number 2" in headers.headers

    @pytest.mark.covers("RUN-04")
    def test_a_message_that_the_server_does_not_hand_over_stops_no_other(self, rig: Rig) -> None:
        rig.deliver(*(message(number) for number in range(3)))
        visit(rig)  # a server may know the sizes by now
        rig.refuse(1)
        found = fetched(visit(rig))
        assert [each.raw for each in found] == [message(0), None, message(2)]
        assert found[1].absent in (Absent.REFUSED, Absent.NOT_HANDED_OVER)

    @pytest.mark.covers("RUN-03", "RUN-04")
    def test_messages_that_are_gone_are_left_out(self, rig: Rig) -> None:
        rig.deliver(*(message(number) for number in range(3)))
        known = refs(visit(rig))
        rig.delete([1])
        with rig.source() as source:
            assert [each.raw for each in source.fetch(known, ANY_SIZE)] == [message(0), message(2)]
            assert [each.ref for each in source.fetch_headers(known)] == [known[0], known[2]]
            assert source.settle(known, PostAction.DELETE, nothing_kept).failed == {}
            source.finish()
        assert rig.contents() == []

    @pytest.mark.covers("IN-14")
    def test_unread_messages_are_counted_where_the_server_tells(self, rig: Rig) -> None:
        rig.deliver(*(message(number) for number in range(3)))
        rig.mark_read([1])
        with rig.source() as source:
            assert source.unread() == (2 if rig.tells_unread else None)

    @pytest.mark.covers("IN-18")
    def test_a_folder_other_than_the_inbox(self, rig: Rig) -> None:
        if rig.odd_folder is None:
            pytest.skip("no folders")
        assert rig.odd_folder.count("/") == 2 and not rig.odd_folder.isascii()
        rig.deliver(message(1))
        rig.deliver(message(2), folder=rig.odd_folder)
        with rig.source(rig.odd_folder) as source:
            batches = list(source.fetch_new(None, 10, ANY_SIZE))
            assert raws(batches) == [message(2)]
            assert source.unread() == 1
            source.settle(refs(batches), PostAction.MOVE, nothing_kept)
            source.finish()
        assert rig.contents(rig.odd_folder) == []
        assert rig.contents() == [message(1)]


class TestSettling:
    @pytest.mark.covers("MON-06", "RUN-03")
    @pytest.mark.parametrize("action", PostAction, ids=lambda action: action.name.lower())
    def test_a_post_action_may_be_applied_again_in_the_same_visit_and_in_the_next(self, rig: Rig, action: PostAction) -> None:
        sent = [message(number) for number in range(4)]
        rig.deliver(*sent)
        known = {each.ref: each.raw for each in fetched(visit(rig))}
        for _ in range(2):
            with rig.source() as source:
                for _ in range(2):
                    settled = source.settle(list(known), action, known.__getitem__)
                    assert (list(settled.done), settled.failed) == (list(known), {})
                source.finish()
            assert rig.settled(action, sent)

    @pytest.mark.covers("RUN-03")
    def test_what_is_settled_only_on_close_is_untouched_when_the_visit_breaks_off(self, rig: Rig) -> None:
        rig.deliver(message(1))
        source = rig.source()
        with source:
            known = refs(list(source.fetch_new(None, 10, ANY_SIZE)))
            source.settle(known, PostAction.DELETE, nothing_kept)
            source.abort()
        assert rig.contents() == ([message(1)] if source.settles_on_close else [])

    @pytest.mark.covers("MON-06")
    def test_mail_that_arrived_meanwhile_is_not_touched(self, rig: Rig) -> None:
        rig.deliver(message(1))
        with rig.source() as source:
            known = refs(list(source.fetch_new(None, 10, ANY_SIZE)))
            rig.deliver(message(2))
            source.settle(known, PostAction.DELETE, nothing_kept)
            source.finish()
        assert rig.contents() == [message(2)]


class TestTrouble:
    @pytest.mark.covers("RUN-05")
    def test_a_busy_server_is_an_error_that_goes_away_by_itself(self, rig: Rig) -> None:
        rig.be_busy()
        with pytest.raises(TransportError) as raised, rig.source():
            raise AssertionError("it let us in")
        assert raised.value.transient and not raised.value.authentication

    @pytest.mark.covers("RUN-05", "RUN-06")
    def test_a_server_that_falls_silent_is_given_up_after_the_time_limit(self, rig: Rig) -> None:
        rig.deliver(message(1))
        with pytest.raises(TimedOut), rig.source(answer_seconds=0.3) as source:
            rig.fall_silent()
            begun = time.monotonic()
            list(source.fetch_new(None, 10, ANY_SIZE))
        assert time.monotonic() - begun < 3 * SOON

    @pytest.mark.covers("RUN-06")
    @pytest.mark.parametrize("opened", [True, False], ids=["reading", "opening"])
    def test_a_wait_for_the_server_can_be_cancelled_at_once(self, rig: Rig, opened: bool) -> None:
        rig.deliver(message(1))
        source = rig.source()
        if opened:
            walk(source.phases)
        rig.fall_silent()
        ended: list[float] = []
        begun = threading.Event()

        def wait() -> None:
            begun.set()
            with pytest.raises(Cancelled):
                _use(source, opened)
            ended.append(time.monotonic())

        thread = threading.Thread(target=wait)
        thread.start()
        begun.wait()
        thread.join(0.1)
        assert thread.is_alive(), "it waits"
        cancelled = time.monotonic()
        source.abort()
        thread.join(5)
        source.close()
        assert ended and ended[0] - cancelled < SOON
        assert time.monotonic() - cancelled < 2 * SOON


def _use(source: Source, opened: bool) -> None:
    if opened:
        list(source.fetch_new(None, 10, ANY_SIZE))
    else:
        walk(source.phases)


MANY = 700
"""More than a page of Microsoft Graph (250) and an answer of Exchange (512)."""


@pytest.mark.timeout(60)
@pytest.mark.covers("RUN-03", "RUN-07")
def test_a_person_reads_moves_and_deletes_while_a_large_mailbox_is_paged(rig: Rig) -> None:
    """Whatever a person leaves in place is taken once; the rest at most once."""
    sent = [message(number) for number in range(MANY)]
    rig.deliver(*sent)
    taken: list[bytes] = []
    removed: set[int] = set()
    cursor = None
    for _ in range(3):
        with rig.source() as source:
            for page, batch in enumerate(source.fetch_new(cursor, MANY // 2, ANY_SIZE)):
                assert all(each.raw or each.absent for each in batch.messages)
                taken += [each.raw for each in batch.messages if each.raw]
                cursor = batch.cursor
                if page % 3 == 1:
                    here = [
                        number
                        for number in range(max(len(taken) - 20, 0), min(len(taken) + 300, MANY), 7)
                        if number not in removed
                    ]
                    rig.mark_read(here)
                    rig.move_away(here[1::3])
                    rig.delete(here[2::3])
                    removed |= {*here[1::3], *here[2::3]}
            source.finish()
    assert len(taken) == len(set(taken))
    assert {raw for number, raw in enumerate(sent) if number not in removed} <= set(taken) <= set(sent)
    assert taken == sorted(taken, key=sent.index)
