"""How POP3 messages are told apart when the server does not: nothing is taken twice, nothing is skipped (RUN-03)."""

from __future__ import annotations

import pytest

from tests.servers.faults import scripted
from tests.servers.pop3_script import Pop3Script, hangs_up
from tests.transports.conftest import ANY_SIZE, message, nothing_kept
from tests.transports.pop3_mailboxes import fetched, raws, source_at, visit
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.errors import ConnectionLost, ServerBusy
from trackit_console.transports.fetched_mail import Absent
from trackit_console.transports.pop3_listing import listing_of

HEADERS_ALONE = -1
TWINS = [b"From: ada@example.com\r\nSubject: twin\r\n\r\nbody %d\r\n" % number for number in range(2)]


def received(number: int) -> bytes:
    return b"Received: from mx%d.example.com\r\n" % number + message(number)


@pytest.mark.covers("RUN-03")
class TestUidl:
    def test_letter_case_matters(self) -> None:
        with scripted(Pop3Script([message(1), message(2)], [b"AbC", b"abc"])) as server:
            found = fetched(visit(server.port))
        assert [each.raw for each in found] == [message(1), message(2)]
        assert [(each.ref.scope, each.ref.uid) for each in found] == [("uidl", "AbC"), ("uidl", "abc")]

    def test_one_that_is_given_twice_counts_by_content(self) -> None:
        script = Pop3Script([message(1), message(2), message(3)], [b"same", b"other", b"same"])
        with scripted(script) as server:
            first = visit(server.port)
            assert raws(first) == [message(1), message(2), message(3)]
            assert [each.ref.scope for each in fetched(first)] == ["content", "uidl", "content"]
            assert raws(visit(server.port, first[-1].cursor)) == []
            with source_at(server.port) as source:
                source.settle([fetched(first)[2].ref], PostAction.DELETE, nothing_kept)
                source.finish()
        assert script.messages == [message(1), message(2)]

    @pytest.mark.parametrize("uidl", [b"has a blank", b"x" * 300, b"\x07", b"\xff"])
    def test_one_that_breaks_the_rules_counts_by_content(self, uidl: bytes) -> None:
        with scripted(Pop3Script([message(1)], [uidl])) as server:
            [only] = fetched(visit(server.port))
        assert (only.raw, only.ref.scope) == (message(1), "content")

    def test_others_than_yesterday_cost_a_download_and_the_ledger_knows_the_bytes(self) -> None:
        script = Pop3Script([message(1)], [b"a"])
        with scripted(script) as server:
            cursor = visit(server.port)[-1].cursor
            script.uidls = [b"b"]
            assert raws(visit(server.port, cursor)) == [message(1)]

    def test_it_is_asked_for_where_capa_does_not_tell_of_it(self) -> None:
        with scripted(Pop3Script([message(1)], [b"a"], capabilities=None)) as server:
            assert fetched(visit(server.port))[0].ref.scope == "uidl"

    def test_while_it_is_refused_for_now_nothing_is_taken_by_content(self) -> None:
        script = Pop3Script([message(1)], [b"a"], {"UIDL": b"-ERR [SYS/TEMP] later\r\n"}, capabilities=None)
        with scripted(script) as server, pytest.raises(ServerBusy):
            visit(server.port)


@pytest.mark.covers("RUN-03")
class TestWithoutUidl:
    def test_a_message_is_known_by_its_bytes_and_never_by_its_number(self) -> None:
        script = Pop3Script([received(1), received(2)])
        with scripted(script) as server:
            first = visit(server.port)
            assert raws(first) == [received(1), received(2)]
            del script.messages[0]
            script.messages.append(received(3))
            second = visit(server.port, first[-1].cursor)
            assert raws(second) == [received(3)]
            assert raws(visit(server.port, second[-1].cursor)) == []

    def test_what_was_taken_is_recognized_by_its_headers_without_a_download(self) -> None:
        with scripted(Pop3Script([received(1), received(2)])) as server:
            cursor = visit(server.port)[-1].cursor
            server.heard.clear()
            assert raws(visit(server.port, cursor)) == []
            assert [line for line in server.heard if line.startswith((b"TOP", b"RETR"))] == [b"TOP 1 0", b"TOP 2 0"]

    def test_equal_headers_and_sizes_do_not_make_two_messages_one(self) -> None:
        script = Pop3Script(TWINS[:1])
        with scripted(script) as server:
            first = visit(server.port)
            script.messages.append(TWINS[1])
            both = visit(server.port, first[-1].cursor)
            assert raws(both) == [TWINS[1]]
            del script.messages[:]
            script.messages.append(b"From: ada@example.com\r\nSubject: twin\r\n\r\nbody 7\r\n")
            assert len(raws(visit(server.port, both[-1].cursor))) == 1

    def test_the_same_bytes_twice_are_one_message_and_deleted_together(self) -> None:
        script = Pop3Script([received(1), bytes(bytearray(received(1)))])
        with scripted(script) as server, source_at(server.port) as source:
            [only] = fetched(list(source.fetch_new(None, 10, ANY_SIZE)))
            source.settle([only.ref], PostAction.DELETE, nothing_kept)
            source.finish()
        assert script.messages == []

    def test_the_limit_counts_only_what_is_new(self) -> None:
        """Without it, known messages would use up each poll, and new ones behind them would never come."""
        script = Pop3Script([b"Subject: no date %d\r\n\r\nx\r\n" % number for number in range(7)], capabilities=None)
        with scripted(script) as server:
            cursor, taken = None, []
            while batches := visit(server.port, cursor, limit=2):
                taken += raws(batches)
                cursor = batches[-1].cursor
        assert taken == script.messages

    def test_left_over_messages_are_found_by_content_in_the_next_session(self) -> None:
        script = Pop3Script([received(1), received(2), received(3)])
        with scripted(script) as server:
            ref = fetched(visit(server.port))[1].ref
            del script.messages[0]
            with source_at(server.port) as source:
                source.settle([ref], PostAction.DELETE, nothing_kept)
                source.finish()
        assert script.messages == [received(3)]

    def test_messages_announced_by_headers_alone_are_fetched_and_settled_by_them(self) -> None:
        script = Pop3Script([received(1), received(2)])
        with scripted(script) as server:
            announced = fetched(visit(server.port, size_limit=HEADERS_ALONE))
            assert [(each.raw, each.absent) for each in announced] == [(None, Absent.TOO_LARGE)] * 2
            refs = [each.ref for each in announced]
            with source_at(server.port) as source:
                assert [(each.ref, each.raw) for each in source.fetch(refs, ANY_SIZE)] == list(
                    zip(refs, script.messages, strict=True)
                )
                source.settle(refs[:1], PostAction.DELETE, nothing_kept)
                source.finish()
        assert script.messages == [received(2)]

    def test_nothing_is_deleted_that_another_message_could_be_mistaken_for(self) -> None:
        script = Pop3Script(list(TWINS))
        with scripted(script) as server:
            [announced] = fetched(visit(server.port, size_limit=HEADERS_ALONE))
            with source_at(server.port) as source:
                assert len(list(source.fetch([announced.ref], ANY_SIZE))) == 1
                source.settle([announced.ref], PostAction.DELETE, nothing_kept)
                source.finish()
        assert script.messages == TWINS

    def test_what_this_session_deletes_is_not_asked_for_again(self) -> None:
        script = Pop3Script([received(1), received(2)])
        with scripted(script) as server, source_at(server.port) as source:
            [first, _] = fetched(list(source.fetch_new(None, 10, ANY_SIZE)))
            source.settle([first.ref], PostAction.DELETE, nothing_kept)
            assert raws(list(source.fetch_new(None, 10, ANY_SIZE))) == [received(2)]

    def test_what_was_deleted_before_the_server_hung_up_over_a_header_is_listed_again(self) -> None:
        script = Pop3Script([received(1), received(2)])
        with scripted(script) as server:
            left_over = fetched(visit(server.port))[0].ref
            with source_at(server.port) as source:
                source.settle([left_over], PostAction.DELETE, nothing_kept)
                script.hang_up_once("TOP 2 0")
                assert received(2) in raws(list(source.fetch_new(None, 10, ANY_SIZE)))
                source.finish()
        assert script.messages == [received(2)]

    def test_a_message_that_cannot_be_read_now_does_not_count_as_gone(self) -> None:
        """It may be the one that is looked for: forgotten, or taken for settled, it would be lost or stay for ever."""
        script = Pop3Script([received(1), received(2)])
        with scripted(script) as server:
            [by_headers, _] = [each.ref for each in fetched(visit(server.port, size_limit=HEADERS_ALONE))]
            [by_content, _] = [each.ref for each in fetched(visit(server.port))]
            script.answers = {"TOP 1 0": hangs_up, "RETR 1": hangs_up}
            with source_at(server.port) as source:
                [doubtful] = source.fetch([by_headers], ANY_SIZE)
            assert (doubtful.ref, doubtful.raw, doubtful.absent) == (by_headers, None, Absent.REFUSED)
            with source_at(server.port) as source:
                settled = source.settle([by_content], PostAction.DELETE, nothing_kept)
            assert (settled.done, list(settled.failed)) == ([], [by_content])

    def test_other_numbers_after_a_hang_up_end_the_visit(self) -> None:
        script = Pop3Script([received(1), received(2), received(3)])
        with scripted(script) as server:
            script.hang_up_once("RETR 2")
            with source_at(server.port) as source:
                assert len(source.listing.messages) == 3
                del script.messages[0]
                with pytest.raises(ConnectionLost):
                    list(source.fetch_new(None, 10, ANY_SIZE))


@pytest.mark.parametrize(
    "lines",
    [[b""], [b"1"], [b"one 5"], [b"1 five"], [b"-1 5"], [b"\xb2 5"], [b"1" * 5000 + b" 5"]],
    ids=["empty", "no size", "no number", "size is no number", "negative", "odd digit", "endless number"],
)
def test_a_listing_that_breaks_the_protocol_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(ValueError):
        listing_of(lines, None)
