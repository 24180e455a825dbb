"""Reading Exchange Web Services: what is taken, in which order, and from where the next visit goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import ManualClock
from tests.message_factory import raw_message
from tests.servers.microsoft import Mailbox
from tests.servers.microsoft.ews import http, item_refused
from tests.servers.microsoft.exchange import KINDS, Exchange
from tests.servers.microsoft.faults import truncated
from tests.transports.conftest import ANY_SIZE
from trackit_console.clock import Clock
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.transports.errors import AnswerIncomplete, FolderMissing, ServerBusy, TransportError
from trackit_console.transports.ews import EwsSource
from trackit_console.transports.ews_cursor import read_ews_cursor
from trackit_console.transports.fetched_mail import BATCH_MESSAGES, Absent, Batch

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BOUNCE = b"From: postmaster@contoso.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--\r\n"
MEETING = b"From: anna@contoso.example\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

Settings = EwsOAuth | EwsBasic


@pytest.fixture
def box(exchange: Exchange) -> Mailbox:
    return exchange.add()


@pytest.fixture
def settings(exchange: Exchange, box: Mailbox) -> Settings:
    return exchange.settings("ews_basic", box)


def batches_of(
    settings: Settings,
    cursor: str | None = None,
    limit: int = 1000,
    size_limit: int = ANY_SIZE,
    clock: Clock | None = None,
) -> list[Batch]:
    with EwsSource(settings, clock=clock) as source:
        return list(source.fetch_new(cursor, limit, size_limit))


def visit(
    settings: Settings, cursor: str | None = None, limit: int = 1000, clock: Clock | None = None
) -> tuple[list[bytes | None], str | None]:
    """What one visit takes, and the cursor that it leaves."""
    batches = batches_of(settings, cursor, limit, clock=clock)
    return [each.raw for batch in batches for each in batch.messages], batches[-1].cursor if batches else cursor


def deliver(box: Mailbox, count: int, *, read: bool = False, start: int = 0) -> list[bytes]:
    raws = [raw_message(number) for number in range(start, start + count)]
    for number, raw in enumerate(raws, start):
        box.deliver(raw, received=LONG_AGO + timedelta(minutes=number), read=read)
    return raws


@pytest.mark.covers("IN-03", "IN-04")
@pytest.mark.parametrize("kind", KINDS)
def test_messages_arrive_byte_for_byte_and_oldest_first(exchange: Exchange, box: Mailbox, kind: str) -> None:
    raws = deliver(box, 3)
    taken, _ = visit(exchange.settings(kind, box))
    assert taken == raws


@pytest.mark.covers("IN-03")
def test_an_app_reads_the_mailbox_named_and_no_other(exchange: Exchange, box: Mailbox) -> None:
    other = exchange.add("other@contoso.example")
    deliver(other, 1)
    assert visit(exchange.settings("ews_oauth", box))[0] == []
    assert len(visit(exchange.settings("ews_oauth", other))[0]) == 1


@pytest.mark.covers("IN-18")
def test_an_account_reads_a_mailbox_that_is_shared_with_it(exchange: Exchange, box: Mailbox) -> None:
    shared = exchange.add("shared@contoso.example")
    exchange.ews.full_access.add((box.address, shared.address))
    raws = deliver(shared, 1)
    assert visit(exchange.settings("ews_basic", box, email_address=shared.address))[0] == raws


def test_reading_changes_nothing_on_the_server(box: Mailbox, settings: Settings) -> None:
    deliver(box, 1)
    visit(settings)
    [message] = box.folder("inbox").messages
    assert not message.read and message.version == 1


class TestWhatIsTaken:
    def test_read_mail_of_the_first_visit_is_history(self, box: Mailbox, settings: Settings) -> None:
        deliver(box, 2, read=True)
        unread = deliver(box, 1, start=2)
        assert visit(settings)[0] == unread

    def test_from_then_on_read_mail_counts_as_well(self, box: Mailbox, settings: Settings) -> None:
        _, cursor = visit(settings)
        new = deliver(box, 2, read=True)
        taken, cursor = visit(settings, cursor)
        assert taken == new
        assert visit(settings, cursor) == ([], cursor)

    def test_mail_that_is_moved_into_the_folder_counts_whatever_its_date(self, box: Mailbox, settings: Settings) -> None:
        _, cursor = visit(settings)
        id = box.deliver(raw_message(1), "junkemail", received=LONG_AGO)
        box.move(id, "inbox")
        assert visit(settings, cursor)[0] == [raw_message(1)]

    def test_mail_that_comes_during_the_first_visit_is_not_lost(
        self, exchange: Exchange, box: Mailbox, settings: Settings
    ) -> None:
        deliver(box, 1)

        def arrive() -> None:
            box.deliver(raw_message(9), read=True)

        exchange.microsoft.faults.after(2, arrive, "POST /EWS/*")  # the sign-in, then the first page
        assert visit(settings)[0] == [raw_message(0), raw_message(9)]

    def test_a_limit_takes_the_oldest_first_and_the_rest_later(self, box: Mailbox, settings: Settings) -> None:
        raws = deliver(box, 5)
        taken, cursor = visit(settings, limit=2)
        assert taken == raws[:2]
        rest, cursor = visit(settings, cursor, limit=2)
        last, _ = visit(settings, cursor, limit=2)
        assert rest + last == raws[2:]

    def test_messages_of_the_same_second_are_taken_once_each(self, box: Mailbox, settings: Settings) -> None:
        raws = [raw_message(number) for number in range(5)]
        for raw in raws:
            box.deliver(raw, received=LONG_AGO)
        taken: list[bytes | None] = []
        cursor = None
        for _ in range(3):
            found, cursor = visit(settings, cursor, limit=2)
            taken += found
        assert sorted(filter(None, taken)) == sorted(raws)

    def test_batches_are_bounded_and_each_moves_the_cursor_on(self, box: Mailbox, settings: Settings) -> None:
        raws = deliver(box, BATCH_MESSAGES + 5)
        first, last = (batch for batch in batches_of(settings) if batch.messages)
        assert (len(first.messages), len(last.messages)) == (BATCH_MESSAGES, 5)
        assert visit(settings, first.cursor)[0] == raws[BATCH_MESSAGES:]

    @pytest.mark.covers("RUN-03")
    def test_what_a_person_reads_before_its_turn_is_taken_all_the_same(self, box: Mailbox, settings: Settings) -> None:
        raws = deliver(box, 4)
        _, cursor = visit(settings, limit=1)
        for message in box.folder("inbox").messages:
            box.set_read(message.id)
        assert visit(settings, cursor)[0] == raws[1:]

    @pytest.mark.covers("RUN-07")
    def test_a_poll_costs_the_same_however_full_the_folder_is(self, exchange: Exchange, box: Mailbox, settings: Settings) -> None:
        deliver(box, 1300, read=True)
        _, cursor = visit(settings)
        before = len(exchange.operations)
        assert visit(settings, cursor)[0] == []
        assert exchange.operations[before:] == ["GetFolder", "SyncFolderItems"]

    def test_a_state_that_the_server_has_forgotten_costs_no_message(
        self, exchange: Exchange, box: Mailbox, settings: Settings
    ) -> None:
        deliver(box, 2, read=True)
        _, cursor = visit(settings)
        exchange.ews.forget_states()
        box.deliver(raw_message(7), read=True)
        taken, cursor = visit(settings, cursor)
        again, cursor = visit(settings, cursor)
        assert taken + again == [raw_message(7)]
        assert visit(settings, cursor)[0] == []

    @pytest.mark.covers("RUN-03")
    def test_nor_does_one_that_it_has_forgotten_during_a_long_outage(
        self, exchange: Exchange, box: Mailbox, settings: Settings
    ) -> None:
        clock = ManualClock(LONG_AGO)
        _, cursor = visit(settings, clock=clock)
        raws = deliver(box, 1, read=True)
        exchange.ews.forget_states()
        clock.advance(timedelta(days=30).total_seconds())
        assert visit(settings, cursor, clock=clock)[0] == raws

    @pytest.mark.covers("RUN-03")
    def test_nor_does_one_that_it_has_forgotten_before_all_changes_were_told(
        self, exchange: Exchange, box: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("trackit_console.transports.ews.SYNCED", 1)
        clock = ManualClock(LONG_AGO)
        _, cursor = visit(settings, clock=clock)
        raws = deliver(box, 3, read=True)
        clock.advance(timedelta(days=30).total_seconds())
        first, cursor = visit(settings, cursor, limit=1, clock=clock)
        exchange.ews.forget_states()
        rest, _ = visit(settings, cursor, clock=clock)
        assert [raw for raw in raws if raw not in first] == [raw for raw in rest if raw not in first]

    def test_another_folder_is_visited_for_the_first_time(self, exchange: Exchange, box: Mailbox, settings: Settings) -> None:
        _, cursor = visit(settings)
        box.make_folder("Helpdesk")
        box.deliver(raw_message(1), "Helpdesk")
        box.deliver(raw_message(2), "Helpdesk", received=LONG_AGO, read=True)
        assert visit(exchange.settings("ews_basic", box, folder="Helpdesk"), cursor)[0] == [raw_message(1)]

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"folder": 1}', '{"uid_validity": 5, "last": 3}'])
    def test_a_cursor_that_cannot_be_read_is_a_first_visit(self, text: str) -> None:
        assert read_ews_cursor(text) is None

    def test_a_cursor_is_read_as_it_was_written(self, box: Mailbox, settings: Settings) -> None:
        deliver(box, 3)
        for batch in batches_of(settings, limit=2):
            cursor = read_ews_cursor(batch.cursor)
            assert cursor and json.loads(cursor.to_json()) == json.loads(batch.cursor)


@pytest.mark.covers("IN-18")
class TestFolders:
    @pytest.mark.parametrize(
        "path", ["Inbox/Sub", "INBOX/sub/", "Helpdesk/Störungen", "A/B testing/In/Out", "Postausgang 2026", "ヘルプ/デスク"]
    )
    def test_a_folder_is_found_by_its_path(self, exchange: Exchange, box: Mailbox, path: str) -> None:
        if path.startswith("A/B"):
            outer = box.create_folder("A/B testing", box.root)
            target = box.create_folder("In/Out", outer)
            box.create_folder("A", box.root)
        else:
            target = box.make_folder(path.strip("/").replace("INBOX", "inbox").replace("Inbox", "inbox"))
        box.add_message(raw_message(1), target, LONG_AGO, read=False)
        assert visit(exchange.settings("ews_basic", box, folder=path))[0] == [raw_message(1)]

    def test_the_inbox_is_found_in_every_language(self, exchange: Exchange) -> None:
        german = exchange.add("hilfe@contoso.example", names={"inbox": "Posteingang"})
        german.deliver(raw_message(1))
        for folder in ("INBOX", "Posteingang"):
            assert visit(exchange.settings("ews_basic", german, folder=folder))[0] == [raw_message(1)]

    def test_one_that_is_missing_is_named(self, exchange: Exchange, box: Mailbox) -> None:
        with pytest.raises(FolderMissing) as raised, EwsSource(exchange.settings("ews_basic", box, folder="Nowhere/At all")):
            pass
        assert "Nowhere/At all" in str(raised.value.message)


@pytest.mark.covers("IN-14")
def test_unread_counts_leave_out_what_no_person_wrote(box: Mailbox, settings: Settings) -> None:
    deliver(box, 2)
    deliver(box, 3, read=True, start=2)
    for raw in (raw_message(8, Auto_Submitted="auto-replied"), BOUNCE, MEETING):
        box.deliver(raw)
    with EwsSource(settings) as source:
        assert source.unread() == 2


@pytest.mark.covers("RUN-04")
class TestMessagesThatTheServerDoesNotDeliver:
    def test_one_that_cannot_be_converted_holds_up_no_other(self, box: Mailbox, settings: Settings) -> None:
        ids = [box.deliver(raw_message(number), received=LONG_AGO + timedelta(minutes=number)) for number in range(3)]
        box.break_mime(ids[1])
        messages = batches_of(settings)[-1].messages
        assert [each.absent for each in messages] == [None, Absent.REFUSED, None]
        assert "ErrorMimeContentConversionFailed" in messages[1].words

    @pytest.mark.parametrize("code", ["ErrorCorruptData", "ErrorInternalServerError", "ErrorMessageSizeExceeded"])
    def test_nor_one_that_is_refused_for_another_reason(
        self, exchange: Exchange, box: Mailbox, settings: Settings, code: str
    ) -> None:
        deliver(box, 2)
        exchange.ews.fail("GetItem", item_refused("GetItem", code))
        assert [each.absent for each in batches_of(settings)[-1].messages] == [Absent.REFUSED, None]

    @pytest.mark.parametrize("code", ["ErrorCorruptData", "ErrorItemCorrupt", "ErrorMimeContentInvalid"])
    def test_one_that_is_damaged_while_it_waits_is_refused_and_not_gone(
        self, box: Mailbox, settings: Settings, code: str
    ) -> None:
        raws = deliver(box, 4)
        _, cursor = visit(settings, limit=1)
        waiting = [each.id for each in box.folder("inbox").messages[1:]]
        box.delete(waiting[0])
        box.damage(waiting[1], code)
        with EwsSource(settings) as source:
            [refused, whole] = [each for batch in source.fetch_new(cursor, 10, ANY_SIZE) for each in batch.messages]
            assert [each.ref for each in source.fetch([refused.ref], ANY_SIZE)] == [refused.ref]
        assert (refused.ref.uid, refused.absent, whole.raw) == (waiting[1], Absent.REFUSED, raws[3])
        assert code in refused.words

    @pytest.mark.parametrize("code", ["ErrorMailboxStoreUnavailable", "ErrorServerBusy"])
    def test_a_refusal_that_concerns_the_mailbox_makes_no_message_bad(
        self, exchange: Exchange, box: Mailbox, settings: Settings, code: str
    ) -> None:
        deliver(box, 2)
        _, cursor = visit(settings, limit=1)
        exchange.ews.fail("GetItem", item_refused("GetItem", code))
        with pytest.raises(ServerBusy):
            visit(settings, cursor)

    @pytest.mark.parametrize("status", [500, 200])
    def test_nor_one_over_which_the_server_breaks(
        self, exchange: Exchange, box: Mailbox, settings: Settings, status: int
    ) -> None:
        deliver(box, 2)
        exchange.ews.fail("GetItem", http(status, b"<html><title>Runtime Error</title></html>", Content_Type="text/html"))
        assert [each.absent for each in batches_of(settings)[-1].messages] == [Absent.REFUSED, None]

    def test_half_an_answer_is_no_message(self, exchange: Exchange, box: Mailbox, settings: Settings) -> None:
        deliver(box, 1)
        exchange.ews.fail("GetItem", truncated(600), times=None)
        with pytest.raises(AnswerIncomplete):
            batches_of(settings)

    def test_one_above_the_limit_comes_with_its_headers_alone(self, box: Mailbox, settings: Settings) -> None:
        box.deliver(raw_message(1, size=5000))
        [message] = batches_of(settings, size_limit=2000)[-1].messages
        assert (message.raw, message.absent) == (None, Absent.TOO_LARGE)
        assert b"Subject: Printer 1 does not print\r\n" in message.headers and message.size > 5000

    def test_what_is_gone_is_left_out(self, box: Mailbox, settings: Settings) -> None:
        deliver(box, 2)
        refs = [each.ref for each in batches_of(settings)[-1].messages]
        box.move(box.folder("inbox").messages[0].id, "archive")
        with EwsSource(settings) as source:
            assert [each.ref for each in source.fetch(refs, ANY_SIZE)] == refs[1:]
            assert [
                each.ref for each in source.fetch_headers([*refs, MessageRef("ews", "no id"), MessageRef("1 INBOX", "4")])
            ] == refs[1:]

    def test_a_busy_server_is_no_message_that_is_refused(self, exchange: Exchange, box: Mailbox, settings: Settings) -> None:
        deliver(box, 3)
        exchange.microsoft.faults.after(4, lambda: exchange.ews.fail("GetItem", http(503, b"", Retry_After="30")), "POST /EWS/*")
        taken: list[Batch] = []
        with pytest.raises(ServerBusy) as raised, EwsSource(settings) as source:
            for batch in source.fetch_new(None, 100, ANY_SIZE):
                taken.append(batch)
        assert raised.value.retry_after == 30
        assert len(taken[-1].messages) == 1, "what was downloaded before is recorded"


def test_a_connection_that_the_server_has_closed_is_opened_again(exchange: Exchange, box: Mailbox, settings: Settings) -> None:
    deliver(box, 1)
    with EwsSource(settings) as source:
        exchange.ews.fail("SyncFolderItems", http(200, b"", Connection="close"))
        with pytest.raises(TransportError):
            list(source.fetch_new(None, 10, ANY_SIZE))
        assert [each.raw for batch in source.fetch_new(None, 10, ANY_SIZE) for each in batch.messages] == [raw_message(0)]
