"""What happens to processed messages on real IMAP servers: one that knows MOVE and UIDPLUS, and one that knows neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from tests.servers.dovecot import Account, Dovecot
from tests.servers.faults import Answer, ImapScript, Talk, scripted
from tests.transports.conftest import ANY_SIZE, MailboxOf, message, nothing_kept
from tests.transports.test_faults import mailbox as faulty_mailbox
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.fetched_mail import Settled
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


class TestRefusals:
    """What a server that refuses costs: each command is counted, at a server that says no."""

    ABLE = b"IMAP4rev1 UIDPLUS MOVE"
    OLD = b"IMAP4rev1"
    WITH_UIDPLUS = b"IMAP4rev1 UIDPLUS"
    MANY = 500

    def settled(
        self,
        answers: dict[str, Answer],
        capabilities: bytes,
        count: int = MANY,
        post_action: PostAction = PostAction.MOVE,
        already_copied: Sequence[int] = (),
    ) -> tuple[Settled, list[bytes]]:
        """What was settled of `count` messages, and the commands that it took."""
        script = ImapScript({**answers, **_searching(capabilities)}, capabilities=capabilities, messages=[b"m"] * count)
        with scripted(script) as server, ImapSource(faulty_mailbox(server.port), Timeouts(2, 2)) as source:
            refs = [MessageRef("7 INBOX", str(uid)) for uid in range(1, count + 1)]
            before = len(server.heard)
            copied = [refs[uid - 1] for uid in already_copied]
            settled = source.settle(refs, post_action, nothing_kept, copied)
            return settled, [line.split(b" ", 1)[1] for line in server.heard[before:]]

    @pytest.mark.parametrize("capabilities", [WITH_UIDPLUS, OLD], ids=["UIDPLUS", "neither"])
    @pytest.mark.parametrize(
        "answers",
        [
            {"UID STORE": b"%s NO no deleting here\r\n"},
            {"UID STORE": b"%s NO [NOPERM] no deleting here\r\n"},
            {"UID EXPUNGE": b"%s NO no deleting here\r\n", "EXPUNGE": b"%s NO no deleting here\r\n"},
        ],
        ids=["STORE", "STORE with a code", "EXPUNGE"],
    )
    def test_a_copy_is_not_made_again_because_it_could_not_be_deleted(
        self, capabilities: bytes, answers: dict[str, Answer]
    ) -> None:
        first, heard = self.settled(answers, capabilities)
        assert len(first.copied) == len(first.failed) == self.MANY
        assert all("no deleting here" in words for words in first.failed.values())
        assert len(heard) <= 20
        second, heard = self.settled(answers, capabilities, already_copied=range(1, self.MANY + 1))
        assert len(second.copied) == self.MANY
        assert not any(b"COPY" in line for line in heard)
        assert len(heard) <= 20

    def test_only_what_was_not_copied_yet_is_copied(self) -> None:
        settled, heard = self.settled({}, self.WITH_UIDPLUS, 4, already_copied=[1, 3])
        assert [line for line in heard if b"COPY" in line] == [b'UID COPY 2,4 "%s"' % PROCESSED_FOLDER.encode()]
        assert (len(settled.done), settled.failed, settled.copied) == (4, {}, [])

    def test_a_copy_is_remembered_when_the_server_hangs_up_over_the_deletion(self) -> None:
        settled, _ = self.settled({"UID STORE": lambda talk, tag: talk.sock.close()}, self.WITH_UIDPLUS, 3)
        assert (len(settled.copied), len(settled.failed)) == (3, 3)

    def test_a_server_that_hangs_up_before_anything_was_copied_is_an_error(self) -> None:
        with pytest.raises(TransportError):
            self.settled({"UID COPY": lambda talk, tag: talk.sock.close()}, self.WITH_UIDPLUS, 3)

    def test_what_is_copied_is_deleted_where_the_server_has_learned_move(self) -> None:
        settled, heard = self.settled({}, self.ABLE, 3, already_copied=[2])
        assert settled.failed == {}
        assert [line for line in heard if b"MOVE" in line] == [b'UID MOVE 1,3 "%s"' % PROCESSED_FOLDER.encode()]
        assert b"UID STORE 2 +FLAGS.SILENT (\\Deleted)" in heard

    @pytest.mark.parametrize(
        ("name", "capabilities", "post_action"),
        [
            ("UID MOVE", ABLE, PostAction.MOVE),
            ("UID COPY", OLD, PostAction.MOVE),
            ("UID STORE", ABLE, PostAction.MARK_READ),
            ("UID STORE", ABLE, PostAction.DELETE),
            ("UID EXPUNGE", ABLE, PostAction.DELETE),
        ],
    )
    @pytest.mark.parametrize(
        "words", ["[OVERQUOTA] mailbox is full", "[NOPERM] denied", "[TRYCREATE] no folder", "Quota of 7 MB"]
    )
    def test_a_refusal_that_concerns_all_takes_few_commands(
        self, name: str, capabilities: bytes, post_action: PostAction, words: str
    ) -> None:
        settled, heard = self.settled({name: b"%s NO " + words.encode() + b"\r\n"}, capabilities, 1200, post_action)
        assert len(settled.failed) == 1200
        assert all(words in each for each in settled.failed.values())
        assert len(heard) <= 20

    def test_a_folder_that_cannot_be_made_is_told_with_the_servers_words(self) -> None:
        answers: dict[str, Answer] = {"UID MOVE": b"%s NO [TRYCREATE] none\r\n", "CREATE": b"%s NO [NOPERM] not here\r\n"}
        settled, _ = self.settled(answers, self.ABLE, 3)
        assert all("none" in words and "not here" in words for words in settled.failed.values())

    @pytest.mark.parametrize("culprits", [[1, 2, 3, 4], [499, 500], [1, 250, 500]], ids=str)
    def test_odd_messages_keep_back_no_others(self, culprits: list[int]) -> None:
        def move(talk: Talk, tag: bytes) -> None:
            asked = {int(uid) for uid in re.findall(rb"\d+", talk.heard[-1].split(b" ")[3])}
            talk.show_text(tag + (b" NO not this one\r\n" if asked.intersection(culprits) else b" OK done\r\n"))

        settled, _ = self.settled({"UID MOVE": move}, self.ABLE)
        assert sorted(int(ref.uid) for ref in settled.failed) == culprits
        assert len(settled.done) == self.MANY - len(culprits)


def _searching(capabilities: bytes) -> dict[str, Answer]:
    """Without UIDPLUS a search tells whether somebody else marked something: here nobody did."""
    return {} if b"UIDPLUS" in capabilities else {"UID SEARCH": b"* SEARCH 1\r\n%s OK done\r\n"}


def test_no_message_is_copied_twice_while_the_odd_ones_are_looked_for() -> None:
    copied: list[int] = []

    def copy(talk: Talk, tag: bytes) -> None:
        asked = [int(uid) for each in re.findall(rb"[\d:]+", talk.heard[-1].split(b" ")[3]) for uid in each.split(b":")]
        odd = any(uid <= 4 for uid in asked)
        copied.extend([] if odd else asked)
        talk.show_text(tag + (b" NO not this one\r\n" if odd else b" OK done\r\n"))

    script = ImapScript({"UID COPY": copy}, capabilities=b"IMAP4rev1 UIDPLUS", messages=[b"m"] * 16)
    with scripted(script) as server, ImapSource(faulty_mailbox(server.port), Timeouts(2, 2)) as source:
        refs = [MessageRef("7 INBOX", str(uid)) for uid in range(1, 17)]
        settled = source.settle(refs, PostAction.MOVE, nothing_kept)
    assert sorted(copied) == list(range(5, 17))
    assert sorted(int(ref.uid) for ref in settled.failed) == [1, 2, 3, 4]
