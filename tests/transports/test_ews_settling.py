"""What happens on an Exchange server to messages that were processed."""

from __future__ import annotations

import pytest

from tests.message_factory import raw_message
from tests.servers.microsoft import Mailbox
from tests.servers.microsoft.ews import item_refused, refused
from tests.servers.microsoft.exchange import KINDS, Exchange
from tests.transports.conftest import ANY_SIZE, nothing_kept
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.transports.errors import FolderReadOnly
from trackit_console.transports.ews import EwsSource
from trackit_console.transports.ews_reading import ANNOUNCED
from trackit_console.transports.fetched_mail import Settled

ACTIONS = [pytest.param(action, id=action.name.lower()) for action in PostAction]


@pytest.fixture
def box(exchange: Exchange) -> Mailbox:
    return exchange.add()


@pytest.fixture
def settings(exchange: Exchange, box: Mailbox) -> EwsOAuth | EwsBasic:
    return exchange.settings("ews_oauth", box)


def refs_of(source: EwsSource) -> list[MessageRef]:
    return [each.ref for batch in source.fetch_new(None, 1000, ANY_SIZE) for each in batch.messages]


def settle(source: EwsSource, refs: list[MessageRef], action: PostAction) -> Settled:
    return source.settle(refs, action, nothing_kept)


def counts(box: Mailbox) -> dict[str, int]:
    return {folder.name: len(folder.messages) for folder in box.root.children if folder.messages}


@pytest.mark.covers("MON-06")
class TestEach:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("action", ACTIONS)
    def test_does_what_it_is_called_and_may_be_repeated(
        self, exchange: Exchange, box: Mailbox, kind: str, action: PostAction
    ) -> None:
        for number in range(3):
            box.deliver(raw_message(number))
        with EwsSource(exchange.settings(kind, box)) as source:
            refs = refs_of(source)
            for _ in range(2):
                assert settle(source, refs[:2], action) == Settled(refs[:2], {}, ())
        place = {PostAction.MARK_READ: "Inbox", PostAction.DELETE: "Deleted Items", PostAction.MOVE: PROCESSED_FOLDER}[action]
        expected = {"Inbox": 3} if place == "Inbox" else {"Inbox": 1, place: 2}
        assert counts(box) == expected
        assert sum(not each.read for each in box.folder("inbox").messages) == 1

    @pytest.mark.parametrize("action", ACTIONS)
    def test_what_a_person_moved_or_deleted_is_done(self, box: Mailbox, settings: EwsOAuth, action: PostAction) -> None:
        for number in range(3):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            box.move(refs[0].uid, "archive")
            box.delete(refs[1].uid)
            assert settle(source, refs, action) == Settled(refs, {}, ())
        assert len(box.folder("archive").messages) == 1

    @pytest.mark.parametrize("action", ACTIONS)
    def test_one_that_is_refused_holds_up_no_other(
        self, exchange: Exchange, box: Mailbox, settings: EwsOAuth, action: PostAction
    ) -> None:
        operation = {PostAction.MARK_READ: "UpdateItem", PostAction.DELETE: "DeleteItem", PostAction.MOVE: "MoveItem"}[action]
        for number in range(2):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            # Refused together, then the first one alone.
            exchange.ews.fail(operation, item_refused(operation, "ErrorInternalServerError"), times=2)
            settled = settle(source, refs, action)
        assert settled.done == refs[1:]
        assert "ErrorInternalServerError" in settled.failed[refs[0]]

    @pytest.mark.covers("RUN-04")
    @pytest.mark.parametrize("action", ACTIONS)
    def test_one_that_is_damaged_is_not_taken_for_one_that_is_gone(
        self, box: Mailbox, settings: EwsOAuth, action: PostAction
    ) -> None:
        for number in range(2):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            box.damage(refs[0].uid, "ErrorCorruptData")
            settled = settle(source, refs, action)
        unsettled = [each.id for each in box.folder("inbox").messages if not each.read]
        # It may be moved, but without its change key it cannot be marked.
        assert unsettled == [ref.uid for ref in settled.failed] == ([refs[0].uid] if action is PostAction.MARK_READ else [])

    def test_many_are_asked_for_together(self, exchange: Exchange, box: Mailbox, settings: EwsOAuth) -> None:
        for number in range(ANNOUNCED + 1):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            before = len(exchange.operations)
            assert not settle(source, refs, PostAction.MARK_READ).failed
        assert exchange.operations[before:] == ["GetItem", "UpdateItem"] * 2

    def test_refs_of_another_server_are_done(self, settings: EwsOAuth) -> None:
        foreign = [MessageRef("5 INBOX", "17"), MessageRef("ews", "of another mailbox")]
        with EwsSource(settings) as source:
            assert settle(source, foreign, PostAction.DELETE) == Settled(foreign, {}, ())


@pytest.mark.covers("MON-06")
class TestTheFolderForProcessedMail:
    def test_is_made_once_beside_the_inbox(self, exchange: Exchange, box: Mailbox, settings: EwsOAuth) -> None:
        for visit in range(2):
            box.deliver(raw_message(visit))
            with EwsSource(settings) as source:
                settle(source, refs_of(source), PostAction.MOVE)
        assert [each.name for each in box.root.children].count(PROCESSED_FOLDER) == 1
        assert exchange.operations.count("CreateFolder") == 1

    def test_is_made_again_when_somebody_deletes_it_in_between(
        self, exchange: Exchange, box: Mailbox, settings: EwsOAuth
    ) -> None:
        for number in range(2):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            settle(source, refs[:1], PostAction.MOVE)
            exchange.ews.fail("MoveItem", refused("ErrorToFolderNotFound"))
            assert not settle(source, refs[1:], PostAction.MOVE).failed

    def test_may_be_made_by_another_visit_at_the_same_time(self, exchange: Exchange, box: Mailbox, settings: EwsOAuth) -> None:
        box.deliver(raw_message(1))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            exchange.microsoft.faults.after(2, lambda: box.make_folder(PROCESSED_FOLDER), "POST /EWS/*")
            assert not settle(source, refs, PostAction.MOVE).failed

    def test_a_full_mailbox_is_said_for_all_at_once(self, exchange: Exchange, box: Mailbox, settings: EwsOAuth) -> None:
        for number in range(20):
            box.deliver(raw_message(number))
        with EwsSource(settings) as source:
            refs = refs_of(source)
            exchange.ews.fail("MoveItem", item_refused("MoveItem", "ErrorQuotaExceeded"), times=None)
            before = exchange.microsoft.paths().count("/EWS/Exchange.asmx")
            settled = settle(source, refs, PostAction.MOVE)
            assert exchange.microsoft.paths().count("/EWS/Exchange.asmx") - before <= 5
        assert set(settled.failed) == set(refs)


@pytest.mark.covers("MON-06")
def test_an_account_that_may_only_read_is_told_so(exchange: Exchange, box: Mailbox, settings: EwsOAuth) -> None:
    box.deliver(raw_message(1))
    with EwsSource(settings) as source:
        refs = refs_of(source)
        exchange.ews.fail("UpdateItem", item_refused("UpdateItem", "ErrorAccessDenied"))
        with pytest.raises(FolderReadOnly):
            settle(source, refs, PostAction.MARK_READ)
