"""Reading a mailbox of Microsoft 365: what counts as new, what it costs, and what a message that is not handed over does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.microsoft import Fault, faults
from tests.servers.microsoft.http import json_response
from tests.servers.office import Office
from tests.transports.conftest import ANY_SIZE, message
from trackit_console.transports.errors import AccountThrottled, ProtocolBroken, ServerBusy, WebPageInstead
from trackit_console.transports.fetched_mail import Fetched

LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
VALUE = "GET */$value"


def fill(office: Office, count: int, *, first: int = 0, folder: str = "inbox", read: bool = False) -> list[str]:
    """Delivers old messages, a minute apart; their IDs, the oldest first."""
    return [
        office.mailbox.deliver(message(number), folder, received=LONG_AGO + timedelta(minutes=number), read=read)
        for number in range(first, first + count)
    ]


def numbers(messages: object) -> list[int]:
    """The numbers of fetched messages."""
    assert isinstance(messages, list)
    return [int(each.raw.partition(b"Subject: number ")[2].split()[0]) for each in messages]


@pytest.mark.covers("IN-02", "RUN-03")
class TestWhatIsNew:
    def test_unread_mail_is_taken_at_the_first_visit_and_read_mail_is_history(self, office: Office) -> None:
        fill(office, 3)
        fill(office, 2, first=10, read=True)
        messages, cursor = office.new()
        assert numbers(messages) == [0, 1, 2]
        assert [each.raw for each in messages] == [message(number) for number in range(3)]
        assert messages[0].received_at == LONG_AGO
        assert office.new(cursor)[0] == []

    def test_from_then_on_every_message_that_arrives_counts(self, office: Office) -> None:
        _, cursor = office.new()
        office.mailbox.deliver(message(1), read=True)
        office.mailbox.deliver(message(2))
        messages, cursor = office.new(cursor)
        assert sorted(numbers(messages)) == [1, 2]
        assert office.new(cursor)[0] == []

    def test_mail_that_a_person_reads_before_it_is_taken_is_taken(self, office: Office) -> None:
        fill(office, 4)
        messages, cursor = office.new(limit=2)
        for each in office.mailbox.folder("inbox").messages:
            office.mailbox.set_read(each.id)
        assert numbers(messages) == [0, 1]
        assert numbers(office.new(cursor)[0]) == [2, 3]

    def test_what_exceeds_the_limit_waits_for_the_next_visit(self, office: Office) -> None:
        fill(office, 5)
        messages, cursor = office.new(limit=2)
        taken = [numbers(messages)]
        while messages:
            messages, cursor = office.new(cursor, limit=2)
            taken.append(numbers(messages))
        assert taken == [[0, 1], [2, 3], [4], []]

    def test_the_cursor_of_another_folder_starts_over(self, office: Office) -> None:
        office.mailbox.make_folder("Help desk")
        _, cursor = office.new()
        fill(office, 1, folder="Help desk")
        assert numbers(office.new(cursor, folder="Help desk")[0]) == [0]

    @pytest.mark.parametrize("cursor", ["", "7", "{}", '{"folder": "x"}', "imap"])
    def test_a_cursor_that_cannot_be_read_starts_over(self, office: Office, cursor: str) -> None:
        fill(office, 1)
        assert numbers(office.new(cursor)[0]) == [0]

    def test_the_ids_outlive_a_move(self, office: Office) -> None:
        fill(office, 1)
        [fetched], _ = office.new()
        assert fetched.ref.uid == office.mailbox.folder("inbox").messages[0].immutable_id

    def test_a_meeting_request_is_mail(self, office: Office) -> None:
        invitation = (
            b"From: a@example.com\r\nSubject: number 7\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n"
        )
        _, cursor = office.new()
        office.mailbox.deliver(invitation)
        assert numbers(office.new(cursor)[0]) == [7]


@pytest.mark.covers("RUN-03", "RUN-07")
class TestPaging:
    def test_older_mail_is_walked_by_time_while_people_move_read_and_delete(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("trackit_console.transports.graph_announcing.PAGE", 3)
        ids = fill(office, 12)
        # After each page: what was announced leaves the folder or is read, so that a page by number would skip messages.
        office.microsoft.faults.after(1, lambda: office.mailbox.set_read(ids[0]), "GET */messages")
        office.microsoft.faults.after(2, lambda: office.mailbox.move(ids[1], "archive"), "GET */messages")
        office.microsoft.faults.after(3, lambda: office.mailbox.delete(ids[2]), "GET */messages")
        assert numbers(office.new()[0]) == [0, *range(3, 12)]

    def test_more_of_one_second_than_a_page_holds(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("trackit_console.transports.graph_announcing.PAGE", 3)
        for number in range(10):
            office.mailbox.deliver(message(number), received=LONG_AGO)
        messages, cursor = office.new(limit=4)
        taken = numbers(messages)
        while messages:
            messages, cursor = office.new(cursor, limit=4)
            taken += numbers(messages)
        assert sorted(taken) == list(range(10))

    def test_delta_pages_may_be_empty_and_repeat_themselves(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("trackit_console.transports.graph_announcing.PAGE", 2)
        _, cursor = office.new()
        for number in range(5):
            office.mailbox.deliver(message(number))
        office.microsoft.deltas.empty_pages = 2
        office.microsoft.deltas.replays = 1
        messages, cursor = office.new(cursor)
        assert sorted(numbers(messages)) == list(range(5))
        assert office.new(cursor)[0] == []

    def test_what_waits_is_bounded_and_nothing_is_lost(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("trackit_console.transports.graph_announcing.PAGE", 2)
        monkeypatch.setattr("trackit_console.transports.graph_announcing.MAX_PENDING", 4)
        _, cursor = office.new()
        for number in range(11):
            office.mailbox.deliver(message(number))
        messages, cursor = office.new(cursor, limit=2)
        assert cursor.count("2026") <= 12
        taken = numbers(messages)
        while messages:
            messages, cursor = office.new(cursor, limit=2)
            taken += numbers(messages)
        assert sorted(taken) == list(range(11))

    @pytest.mark.parametrize("answer", ["gone", "syncStateNotFound", "SyncStateNotFound", "resyncRequired"])
    def test_a_forgotten_delta_link_goes_back_a_day(self, office: Office, answer: str) -> None:
        _, cursor = office.new()
        office.mailbox.deliver(message(1), read=True)
        office.microsoft.deltas.expire(answer)
        messages, cursor = office.new(cursor)
        assert numbers(messages) == [1]
        # The ledger knows what comes a second time; here it comes again once, and then no more.
        office.microsoft.deltas.expire(answer)
        assert numbers(office.new(cursor)[0]) == [1]


@pytest.mark.covers("RUN-07")
class TestCost:
    EMPTY_POLL = ("GET mailFolders/inbox", "GET mailFolders('*')/messages/delta", "GET mailFolders/*")

    @staticmethod
    def poll(office: Office, cursor: str) -> list[str]:
        office.asked()
        with office.source() as source:
            assert not [each for batch in source.fetch_new(cursor, 50, ANY_SIZE) for each in batch.messages]
            source.unread()
            source.finish()
        folder = office.mailbox.folder("inbox").id
        return [request.replace(folder, "*") for request in office.asked()]

    @pytest.mark.parametrize("old", [100, 10_000])
    def test_a_poll_without_new_mail_costs_three_requests_however_much_lies_there(self, office: Office, old: int) -> None:
        fill(office, old, read=True)
        _, cursor = office.new()
        assert tuple(self.poll(office, cursor)) == self.EMPTY_POLL

    def test_a_poll_without_new_mail_stores_nothing(self, office: Office) -> None:
        _, cursor = office.new()
        with office.source() as source:
            assert list(source.fetch_new(cursor, 50, ANY_SIZE)) == []

    def test_the_first_visit_to_much_old_mail_costs_a_page(self, office: Office) -> None:
        fill(office, 10_000, read=True)
        office.asked()
        office.new()
        assert len(office.asked()) == 3


@pytest.mark.covers("RUN-04", "RUN-07")
class TestOneMessage:
    def test_that_is_too_large_comes_as_its_headers(self, office: Office) -> None:
        office.mailbox.deliver(message(1, size=3_000_000))
        office.mailbox.deliver(message(2))
        with office.source() as source:
            [large, small] = [each for batch in source.fetch_new(None, 50, 1_000_000) for each in batch.messages]
        assert (large.absent, large.raw, large.size) == ("too_large", None, len(message(1, size=3_000_000)))
        assert large.headers == message(1).partition(b"body")[0]
        assert small.raw == message(2)

    def test_of_unknown_size_is_cut_at_the_limit(self, office: Office) -> None:
        """HEADERS_ALONE is what a visit after a crash asks for."""
        fill(office, 1)
        with office.source() as source:
            [announced] = [each for batch in source.fetch_new(None, 50, -1) for each in batch.messages]
            [headers] = source.fetch_headers([announced.ref])
            [whole] = source.fetch([announced.ref], ANY_SIZE)
        assert announced.absent == "too_large" and announced.headers == message(0).partition(b"body")[0]
        assert (headers.raw, headers.absent, headers.headers) == (None, None, announced.headers)
        assert whole.raw == message(0)

    @pytest.mark.parametrize("status", [500, 400])
    def test_that_the_server_cannot_convert_holds_up_no_other(self, office: Office, status: int) -> None:
        ids = fill(office, 3)
        office.mailbox.break_mime(ids[1], status)
        messages, cursor = office.new()
        assert [each.absent for each in messages] == [None, "refused", None]
        assert "ErrorInternalServerError" in messages[1].words
        assert office.new(cursor)[0] == []

    def test_over_which_the_server_hangs_up_holds_up_no_other(self, office: Office) -> None:
        fill(office, 3)
        office.microsoft.faults.add(VALUE, faults.closed_in_body(), times=2)
        messages, _ = office.new()
        assert [each.absent for each in messages] == ["refused", None, None]

    def test_a_connection_that_breaks_once_is_not_the_message_s_fault(self, office: Office) -> None:
        fill(office, 1)
        office.microsoft.faults.add(VALUE, faults.closed_in_body())
        assert numbers(office.new()[0]) == [0]

    def test_alone_that_is_refused_is_reported_too(self, office: Office) -> None:
        [identifier] = fill(office, 1)
        office.mailbox.break_mime(identifier)
        [refused], _ = office.new()
        assert refused.absent == "refused"

    @pytest.mark.parametrize("fault", [faults.gateway_timeout(), faults.proxy_page(504)], ids=["Graph", "gateway"])
    def test_that_takes_the_server_too_long_holds_up_no_other(self, office: Office, fault: Fault) -> None:
        ids = fill(office, 3)
        identifier = office.mailbox.message(ids[0]).immutable_id
        office.microsoft.faults.add(lambda request: request.path.endswith(f"{identifier}/$value"), fault, times=None)
        assert [each.absent for each in office.new()[0]] == ["refused", None, None]

    def test_a_busy_server_is_not_the_messages_fault(self, office: Office) -> None:
        fill(office, 3)
        office.microsoft.faults.add(VALUE, faults.unavailable(7), times=None)
        with office.source() as source, pytest.raises(ServerBusy) as raised:
            assert not [each for batch in source.fetch_new(None, 50, ANY_SIZE) for each in batch.messages]
        assert raised.value.retry_after == 7

    def test_what_came_before_the_throttling_is_kept(self, office: Office) -> None:
        fill(office, 3)
        throttle = faults.throttled(30)
        office.microsoft.faults.after(2, lambda: office.microsoft.faults.add(VALUE, throttle), VALUE)
        taken: list[Fetched] = []
        with office.source() as source, pytest.raises(AccountThrottled) as raised:
            for batch in source.fetch_new(None, 50, ANY_SIZE):
                taken += batch.messages
                cursor = batch.cursor
        assert numbers(taken) == [0, 1]
        assert raised.value.retry_after == 30
        assert numbers(office.new(cursor)[0]) == [2]

    def test_is_downloaded_where_messages_are_known_without_their_folder_alone(self, office: Office) -> None:
        office.mailbox.deliver(message(1))
        unknown = json_response({"error": {"code": "ResourceNotFound", "message": "no such path"}}, 404)
        office.microsoft.faults.add(
            lambda request: "/mailFolders/" in request.path and request.path.endswith("/$value"), Fault(unknown), times=None
        )
        assert numbers(office.new()[0]) == [1]

    def test_that_a_person_deletes_or_moves_meanwhile_is_left_out(self, office: Office) -> None:
        ids = fill(office, 4)
        office.microsoft.faults.after(1, lambda: office.mailbox.delete(ids[1]), VALUE)
        office.microsoft.faults.after(1, lambda: office.mailbox.move(ids[2], "archive"), VALUE)
        messages, cursor = office.new()
        assert numbers(messages) == [0, 3]
        with office.source() as source:
            gone = replace(messages[0].ref, uid="AAkALgAAAAAA")
            assert [each.raw for each in source.fetch([gone, messages[1].ref], ANY_SIZE)] == [message(3)]
        assert office.new(cursor)[0] == []

    def test_a_page_of_a_proxy_is_no_message(self, office: Office) -> None:
        fill(office, 1)
        office.microsoft.faults.add(VALUE, faults.proxy_page())
        with office.source() as source, pytest.raises(WebPageInstead):
            list(source.fetch_new(None, 50, ANY_SIZE))

    @pytest.mark.parametrize("answer", [{}, {"value": [{"id": "x"}]}, {"value": "x"}, {"value": []}])
    def test_an_answer_that_makes_no_sense_is_an_error_of_the_mailbox(self, office: Office, answer: dict[str, object]) -> None:
        office.microsoft.faults.add("GET */messages/delta", Fault(json_response(answer)))
        with office.source() as source, pytest.raises(ProtocolBroken):
            list(source.fetch_new(None, 50, ANY_SIZE))

    def test_batches_are_bounded(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("trackit_console.transports.graph_reading.BATCH_MESSAGES", 2)
        fill(office, 5)
        with office.source() as source:
            sizes = [len(batch.messages) for batch in source.fetch_new(None, 50, ANY_SIZE)]
        assert sizes == [0, 2, 2, 1]
