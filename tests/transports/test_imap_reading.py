"""Messages that a server will not hand over, or that are too large: they keep back no other (RUN-04, RUN-07)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from tests.servers.dovecot import Account, Dovecot
from tests.servers.faults import ImapScript, Script, Talk, scripted
from tests.transports.conftest import ANY_SIZE, MailboxOf, message, nothing_kept
from tests.transports.test_faults import mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.fetched_mail import BATCH_BYTES, Absent, Fetched
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.imap_fetching import REFUSED_IN_A_ROW
from trackit_console.transports.imap_reading import HEADER_BYTES
from trackit_console.transports.imap_session import REOPENINGS
from trackit_console.transports.source import Source

MESSAGES = [b"Subject: %d\r\n\r\nbody" % number for number in range(1, 61)]


def refusing(
    culprits: Sequence[int],
    refuse: Callable[[Talk, bytes], None],
    at: bytes = b"BODY.PEEK[]",
    messages: Sequence[bytes] = MESSAGES,
) -> ImapScript:
    """A server that answers each FETCH of `at` by `refuse` when one of the `culprits` is asked for."""

    def fetch(talk: Talk, tag: bytes) -> None:
        command = talk.heard[-1].split(b" ", 1)[1]
        asked = uids_of(command)
        if at in command and any(uid in asked for uid in culprits):
            refuse(talk, tag)
        else:
            talk.show_text(ImapScript(messages=messages).fetched(command) + tag + b" OK done\r\n")

    return ImapScript({"UID FETCH": fetch}, messages=messages)


def uids_of(command: bytes) -> list[int]:
    found = re.search(rb"UID \w+ (\S+)", command)
    return [int(uid) for uid in found[1].split(b",")] if found else []


def says(words: bytes) -> Callable[[Talk, bytes], None]:
    return lambda talk, tag: talk.show_text(words.replace(b"%s", tag))


def hangs_up(talk: Talk, tag: bytes) -> None:
    talk.sock.close()


def half_a_message(talk: Talk, tag: bytes) -> None:
    talk.show_text(b"* 1 FETCH (UID 1 BODY[] {500}\r\nhalf")
    talk.reset()


WAYS = {
    "NO": (says(b"%s NO [SERVERBUG] message is damaged\r\n"), "message is damaged"),
    "BAD": (says(b"%s BAD Command Argument Error. 11\r\n"), "Command Argument Error"),
    "temporary NO": (says(b"%s NO [UNAVAILABLE] cannot read it now\r\n"), "cannot read it now"),
    "hang-up": (hangs_up, ""),
    "reset": (lambda talk, tag: talk.reset(), ""),
    "half a message": (half_a_message, ""),
    "an answer that cannot be read": (says(b"* 1 FETCH (UID 1 BODY[] {oops}\r\n%s OK done\r\n"), ""),
    "good-bye": (says(b"* BYE fatal error\r\n"), ""),
}


def visited(script: Script, use: Callable[[ImapSource], list[Fetched]]) -> tuple[list[Fetched], list[bytes]]:
    with scripted(script) as server, ImapSource(mailbox(server.port), Timeouts(2, 2)) as source:
        return use(source), server.heard


def taken(source: Source, size_limit: int = ANY_SIZE) -> list[Fetched]:
    return [each for batch in source.fetch_new(None, 1000, size_limit) for each in batch.messages]


def absent(fetched: Sequence[Fetched]) -> dict[int, Absent | None]:
    return {int(each.ref.uid): each.absent for each in fetched if each.raw is None}


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("culprit", [1, 17, 50, 60])
def test_the_others_arrive_in_the_same_poll(way: str, culprit: int) -> None:
    refuse, words = WAYS[way]
    fetched, heard = visited(refusing([culprit], refuse), taken)
    assert [int(each.ref.uid) for each in fetched] == list(range(1, 61))
    assert absent(fetched) == {culprit: Absent.REFUSED}
    assert words in fetched[culprit - 1].words
    assert sum(b"LOGIN" in line for line in heard) <= 1 + REOPENINGS


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("way", ["NO", "BAD", "hang-up"])
def test_a_message_whose_very_size_is_refused_is_no_different(way: str) -> None:
    fetched, _ = visited(refusing([23], WAYS[way][0], at=b"RFC822.SIZE"), taken)
    assert absent(fetched) == {23: Absent.REFUSED}
    assert len(fetched) == 60


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("way", ["NO", "hang-up"])
def test_several_culprits_in_a_batch(way: str) -> None:
    fetched, _ = visited(refusing([3, 4], WAYS[way][0]), taken)
    assert absent(fetched) == {3: Absent.REFUSED, 4: Absent.REFUSED}
    assert len(fetched) == 60


@pytest.mark.covers("RUN-04")
def test_a_culprit_is_asked_for_again_alone() -> None:
    def use(source: ImapSource) -> list[Fetched]:
        refs = [each.ref for each in taken(source)]
        return list(source.fetch([refs[4], refs[5]], ANY_SIZE))

    fetched, _ = visited(refusing([5], hangs_up), use)
    assert absent(fetched) == {5: Absent.REFUSED}
    assert fetched[1].raw == MESSAGES[5]


@pytest.mark.covers("RUN-04")
def test_what_is_settled_after_a_hang_up_is_settled_in_the_fresh_session() -> None:
    def use(source: ImapSource) -> list[Fetched]:
        fetched: list[Fetched] = []
        for batch in source.fetch_new(None, 1000, ANY_SIZE):
            fetched += batch.messages
            assert not source.settle([each.ref for each in batch.messages], PostAction.MARK_READ, nothing_kept).failed
        return fetched

    assert len(visited(refusing([55], hangs_up), use)[0]) == 60


@pytest.mark.covers("RUN-04")
@pytest.mark.parametrize("way", ["NO", "BAD", "hang-up"])
def test_the_only_message_may_be_the_culprit(way: str) -> None:
    fetched, _ = visited(refusing([1], WAYS[way][0], messages=MESSAGES[:1]), taken)
    assert absent(fetched) == {1: Absent.REFUSED}


class TestOutages:
    """What is no message's fault stays an error of the poll."""

    def problem(self, script: Script) -> tuple[TransportError, list[Fetched], list[bytes]]:
        """The error, what came before it, and what the server heard."""
        fetched: list[Fetched] = []
        with (
            scripted(script) as server,
            pytest.raises(TransportError) as raised,
            ImapSource(mailbox(server.port), Timeouts(2, 2)) as source,
        ):
            for batch in source.fetch_new(None, 1000, ANY_SIZE):
                fetched += batch.messages
        return raised.value, fetched, server.heard

    @pytest.mark.covers("RUN-05")
    def test_a_server_that_is_gone(self) -> None:
        def goes_away(talk: Talk, tag: bytes) -> None:
            talk.sock.close()
            server.stop_listening()

        with scripted(refusing([17], goes_away)) as server, ImapSource(mailbox(server.port), Timeouts(2, 2)) as source:
            with pytest.raises(TransportError) as raised:
                taken(source)
            assert raised.value.code == "connection_refused"

    @pytest.mark.parametrize("way", ["NO", "BAD"])
    def test_a_mailbox_that_cannot_be_read_at_all(self, way: str) -> None:
        error, fetched, heard = self.problem(refusing(range(1, 61), WAYS[way][0]))
        assert error.code in ("server_busy", "protocol_broken")
        assert len(fetched) < REFUSED_IN_A_ROW
        assert sum(b"FETCH" in line for line in heard) < 40

    def test_a_subsystem_that_is_down_costs_no_message(self) -> None:
        down = says(b"%s NO [UNAVAILABLE] storage is down\r\n")
        error, fetched, _ = self.problem(refusing(range(1, 4), down, messages=MESSAGES[:3]))
        assert (error.code, fetched) == ("server_busy", [])

    def test_a_message_that_is_refused_for_now_and_alone_in_its_batch_keeps_back_no_other(self) -> None:
        large = b"Subject: large\r\n\r\n" + b"x" * BATCH_BYTES
        down = says(b"%s NO [UNAVAILABLE] storage is down\r\n")
        fetched, _ = visited(refusing([1], down, messages=[large, MESSAGES[0], MESSAGES[1]]), taken)
        assert [each.absent for each in fetched] == [Absent.REFUSED, None, None]

    def test_nothing_is_opened_again_once_it_was_closed(self) -> None:
        with scripted(refusing([55], hangs_up)) as server:
            with ImapSource(mailbox(server.port), Timeouts(2, 2)) as source:
                batches = source.fetch_new(None, 1000, ANY_SIZE)
                next(batches)
            before = len(server.heard)
            with pytest.raises(TransportError):
                source.unread()
            batches.close()  # type: ignore[attr-defined]
            assert not any(b"LOGIN" in line for line in server.heard[before:])

    def test_a_server_that_hangs_up_over_every_message(self) -> None:
        error, _, heard = self.problem(refusing(range(1, 61), hangs_up))
        assert error.code == "connection_lost"
        assert sum(b"LOGIN" in line for line in heard) <= 1 + REOPENINGS

    @pytest.mark.covers("RUN-07")
    def test_what_came_before_too_many_hang_ups_is_kept(self) -> None:
        """So that each poll gets further, whatever the number of culprits."""
        _, fetched, _ = self.problem(refusing([5, 15, 25, 35, 45], hangs_up))
        uids = [int(each.ref.uid) for each in fetched]
        assert uids == list(range(1, len(uids) + 1))
        assert len(uids) >= 5


class TestSizes:
    """RUN-07: what is too large is not downloaded."""

    @pytest.mark.covers("RUN-07")
    def test_of_a_large_message_only_the_header_is_downloaded(
        self, dovecot: Dovecot, account: Account, mailbox_of: MailboxOf
    ) -> None:
        dovecot.append_all(account.name, [message(1), message(2, 50_000), message(3)])
        with ImapSource(mailbox_of(account)) as source:
            fetched = taken(source, 10_000)
        small, large, other = fetched
        assert (small.raw, other.raw) == (message(1), message(3))
        assert (large.raw, large.absent, large.size) == (None, Absent.TOO_LARGE, len(message(2, 50_000)))
        assert large.headers == message(2).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert small.size == len(message(1)) and small.absent is None

    @pytest.mark.covers("RUN-07")
    def test_the_body_of_a_large_message_is_never_asked_for(self) -> None:
        big = b"Subject: big\r\n\r\n" + b"x" * 5000
        script = ImapScript(messages=[b"Subject: a\r\n\r\n", big])
        fetched, heard = visited(script, lambda source: taken(source, 1000))
        assert [each.absent for each in fetched] == [None, Absent.TOO_LARGE]
        assert not any(2 in uids_of(line) for line in heard if b"BODY.PEEK[]" in line)

    def test_a_message_of_exactly_the_limit_is_taken(self) -> None:
        fetched, _ = visited(ImapScript(messages=[b"x" * 1000]), lambda source: taken(source, 1000))
        assert [each.absent for each in fetched] == [None]

    def test_a_header_without_end_is_cut(self, dovecot: Dovecot, account: Account, mailbox_of: MailboxOf) -> None:
        endless = b"Subject: a\r\n" + b"X-Long: %s\r\n" % (b"y" * 60) * (2 * HEADER_BYTES // 70) + b"\r\nbody\r\n"
        dovecot.append(account.name, endless)
        with ImapSource(mailbox_of(account)) as source:
            (fetched,) = taken(source, 10_000)
        assert fetched.headers == endless[:HEADER_BYTES]

    def test_a_large_message_is_asked_for_again_by_its_header(
        self, dovecot: Dovecot, account: Account, mailbox_of: MailboxOf
    ) -> None:
        dovecot.append(account.name, message(1, 50_000))
        with ImapSource(mailbox_of(account)) as source:
            refs = [each.ref for each in taken(source)]
            (again,) = source.fetch(refs, 10_000)
        assert (again.absent, again.raw) == (Absent.TOO_LARGE, None)

    def test_a_large_message_whose_header_is_refused_is_too_large_all_the_same(self) -> None:
        script = refusing([1], WAYS["NO"][0], at=b"HEADER")
        fetched, _ = visited(script, lambda source: taken(source, 3))
        assert fetched[0].absent is Absent.TOO_LARGE
        assert (fetched[0].headers, fetched[1].headers) == (b"", b"Subject: 2\r\n\r\n")


class TestHeadersAlone:
    """For messages whose download ended the process."""

    @pytest.mark.covers("RUN-04")
    def test_header_blocks_are_downloaded_and_nothing_else(
        self, dovecot: Dovecot, account: Account, mailbox_of: MailboxOf
    ) -> None:
        dovecot.append_all(account.name, [message(1), message(2, 50_000)])
        with ImapSource(mailbox_of(account)) as source:
            refs = [each.ref for each in taken(source)]
            source.settle(refs[:1], PostAction.DELETE, nothing_kept)
            (fetched,) = source.fetch_headers(refs)
        assert (fetched.ref, fetched.raw, fetched.absent) == (refs[1], None, None)
        assert fetched.headers.startswith(b"From: ada@example.com\r\n") and fetched.headers.endswith(b"\r\n\r\n")
        assert fetched.size == len(message(2, 50_000)) and fetched.received_at
        assert dovecot.flags(account.name) == [set()]

    @pytest.mark.covers("RUN-04")
    @pytest.mark.parametrize("way", ["NO", "hang-up"])
    def test_one_that_is_refused_keeps_back_no_other(self, way: str) -> None:
        def use(source: ImapSource) -> list[Fetched]:
            return list(source.fetch_headers([each.ref for each in taken(source)][:3]))

        fetched, _ = visited(refusing([2], WAYS[way][0], at=b"HEADER"), use)
        assert [each.absent for each in fetched] == [None, Absent.REFUSED, None]
        assert fetched[2].headers == b"Subject: 3\r\n\r\n"


class TestFinish:
    def test_a_session_that_is_finished_was_confirmed(self, account: Account, mailbox_of: MailboxOf) -> None:
        with ImapSource(mailbox_of(account)) as source:
            assert not source.settles_on_close
            source.finish()
            with pytest.raises(TransportError):
                source.unread()

    def test_a_good_bye_that_is_not_confirmed_is_an_error(self) -> None:
        with (
            scripted(ImapScript({"LOGOUT": hangs_up})) as server,
            ImapSource(mailbox(server.port), Timeouts(2, 2)) as source,
            pytest.raises(TransportError) as raised,
        ):
            source.finish()
        assert raised.value.code == "connection_lost"
