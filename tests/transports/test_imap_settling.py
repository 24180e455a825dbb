"""What happens to processed messages on real IMAP servers: one that knows MOVE and UIDPLUS, and one that knows neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.servers.dovecot import Account, Dovecot
from tests.transports.conftest import ANY_SIZE, MailboxOf, message, nothing_kept
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.mailbox import Imap
from trackit_console.settings.monitor import PROCESSED_FOLDER, PostAction
from trackit_console.transports.imap import ImapSource

pytestmark = pytest.mark.covers("MON-06")


@pytest.fixture(params=["able", "old"])
def server(request: pytest.FixtureRequest, dovecot: Dovecot, old_dovecot: Dovecot) -> Dovecot:
    return dovecot if request.param == "able" else old_dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return server.new_account()


@pytest.fixture
def mailbox(server: Dovecot, account: Account, mailbox_of: MailboxOf) -> Imap:
    return mailbox_of(account, server=server)


@pytest.fixture
def refs(server: Dovecot, account: Account, mailbox: Imap) -> list[MessageRef]:
    """Three messages in the inbox."""
    server.append_all(account.name, [message(number) for number in range(3)])
    with ImapSource(mailbox) as source:
        return [each.ref for batch in source.fetch_new(None, 10, ANY_SIZE) for each in batch.messages]


Settle = Callable[..., list[MessageRef]]


@pytest.fixture
def settle(mailbox: Imap) -> Settle:
    """Settles in a visit of its own; answers what is done, and lets nothing fail."""

    def in_a_visit(refs: list[MessageRef], post_action: PostAction) -> list[MessageRef]:
        with ImapSource(mailbox) as source:
            settled = source.settle(refs, post_action, nothing_kept)
        assert settled.failed == {}
        return list(settled.done)

    return in_a_visit


def test_mark_as_read(server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle) -> None:
    assert settle(refs[:2], PostAction.MARK_READ) == refs[:2]
    assert server.flags(account.name) == [{rb"\Seen"}, {rb"\Seen"}, set()]


def test_delete(server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle) -> None:
    assert settle(refs[1:], PostAction.DELETE) == refs[1:]
    assert server.folder(account.name) == [message(0)]


def test_move_makes_the_folder_and_subscribes_to_it(
    server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle
) -> None:
    assert settle(refs[:2], PostAction.MOVE) == refs[:2]
    assert server.folder(account.name) == [message(2)]
    assert server.folder(account.name, PROCESSED_FOLDER) == [message(0), message(1)]
    with server.client(account.name, None) as client:
        assert PROCESSED_FOLDER in [name for _, _, name in client.list_sub_folders()]


def test_move_into_a_folder_that_is_there(server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle) -> None:
    settle(refs[:1], PostAction.MOVE)
    settle(refs[1:], PostAction.MOVE)
    assert server.counts(account.name) == {"INBOX": 0, PROCESSED_FOLDER: 3}


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("post_action", PostAction)
def test_doing_it_again_does_no_harm(
    server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle, post_action: PostAction
) -> None:
    settle(refs, post_action)
    before = server.counts(account.name)
    assert settle(refs, post_action) == refs
    assert server.counts(account.name) == before


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("post_action", PostAction)
def test_refs_of_another_uidvalidity_are_done_and_touch_nothing(
    server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle, post_action: PostAction
) -> None:
    older = [MessageRef("1 INBOX", ref.uid) for ref in refs]
    assert settle(older, post_action) == older
    assert (server.counts(account.name), server.flags(account.name)) == ({"INBOX": 3}, [set()] * 3)


def test_a_message_that_somebody_else_marked_as_deleted_is_left_to_them(
    server: Dovecot, account: Account, refs: list[MessageRef], settle: Settle
) -> None:
    with server.client(account.name) as client:
        client.add_flags([int(refs[0].uid)], [rb"\Deleted"])
    settle(refs[1:2], PostAction.DELETE)
    assert message(0) in server.folder(account.name)


def test_an_old_server_keeps_ours_marked_while_somebody_elses_mark_is_there(old_dovecot: Dovecot, mailbox_of: MailboxOf) -> None:
    account = old_dovecot.new_account()
    old_dovecot.append(account.name, message(0), flags=[rb"\Deleted"])
    old_dovecot.append(account.name, message(1))
    with ImapSource(mailbox_of(account, server=old_dovecot)) as source:
        refs = [each.ref for batch in source.fetch_new(None, 10, ANY_SIZE) for each in batch.messages]
        assert source.settle(refs, PostAction.MOVE, nothing_kept).done == refs
    assert old_dovecot.flags(account.name) == [{rb"\Deleted"}, {rb"\Deleted"}]
    assert old_dovecot.folder(account.name, PROCESSED_FOLDER) == [message(1)]


def test_many_messages_are_settled_in_commands_of_bearable_length(refs: list[MessageRef], settle: Settle) -> None:
    many = [MessageRef(refs[0].scope, str(uid)) for uid in range(1, 1201)]
    assert settle(many, PostAction.MARK_READ) == many
