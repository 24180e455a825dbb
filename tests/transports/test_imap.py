"""Reading a real IMAP server: what is taken, in which order, and from where the next visit goes on."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.servers.dovecot import ODD_ACCOUNTS, Account, Dovecot
from tests.transports.conftest import ANY_SIZE, MailboxOf, message, nothing_kept
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.errors import (
    Cancelled,
    FolderMissing,
    PasswordMissing,
    SignInRefused,
)
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES, Batch
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.imap_settling import Settling

SECURITIES = ["ssl", "starttls", "plain"]


def visit(mailbox: Imap, cursor: str | None = None, limit: int = 1000) -> tuple[list[bytes | None], str | None]:
    """What one visit takes, and the cursor that it leaves."""
    with ImapSource(mailbox) as source:
        batches = list(source.fetch_new(cursor, limit, ANY_SIZE))
    return [each.raw for batch in batches for each in batch.messages], batches[-1].cursor if batches else cursor


@pytest.fixture
def mailbox(mailbox_of: MailboxOf, account: Account) -> Imap:
    return mailbox_of(account)


@pytest.mark.covers("IN-05", "SEC-01")
@pytest.mark.parametrize("security", SECURITIES)
def test_messages_arrive_byte_for_byte_and_oldest_first(
    dovecot: Dovecot, account: Account, mailbox_of: MailboxOf, security: str
) -> None:
    raws = [message(number) for number in range(3)]
    dovecot.append_all(account.name, raws)
    taken, _ = visit(mailbox_of(account, security))
    assert taken == raws


@pytest.mark.covers("IN-05")
@pytest.mark.parametrize("security", SECURITIES)
def test_reading_and_settling_are_one_connection(
    dovecot: Dovecot, account: Account, mailbox_of: MailboxOf, security: str
) -> None:
    dovecot.append_all(account.name, [message(number) for number in range(BATCH_MESSAGES + 5)])
    with ImapSource(mailbox_of(account, security)) as source:
        for batch in source.fetch_new(None, 1000, ANY_SIZE):
            assert not source.settle([each.ref for each in batch.messages], PostAction.MOVE, nothing_kept).failed
        assert source.unread() == 0
    assert dovecot.counts(account.name) == {"INBOX": 0, "TrackItProcessedEmails": BATCH_MESSAGES + 5}


@pytest.mark.covers("IN-05")
@pytest.mark.parametrize("name", ODD_ACCOUNTS)
@pytest.mark.parametrize("security", SECURITIES)
def test_names_and_passwords_may_hold_any_sign(mailbox_of: MailboxOf, name: str, security: str) -> None:
    with ImapSource(mailbox_of(ODD_ACCOUNTS[name], security)) as source:
        assert source.unread() == 0


def test_reading_changes_nothing_on_the_server(dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
    dovecot.append(account.name, message(1))
    visit(mailbox)
    assert dovecot.flags(account.name) == [set()]
    assert dovecot.counts(account.name) == {"INBOX": 1}


class TestWhatIsTaken:
    """The rules of the cursor, at a server."""

    def test_the_first_visit_leaves_read_mail_alone(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(1), flags=[rb"\Seen"])
        dovecot.append(account.name, message(2))
        dovecot.append(account.name, message(3), flags=[rb"\Seen"])
        assert visit(mailbox)[0] == [message(2)]

    def test_a_person_who_reads_a_new_message_costs_no_ticket(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        _, cursor = visit(mailbox)
        dovecot.append(account.name, message(1), flags=[rb"\Seen"])
        assert visit(mailbox, cursor)[0] == [message(1)]

    def test_what_came_while_the_folder_was_first_read_counts_as_new(
        self, dovecot: Dovecot, account: Account, mailbox: Imap
    ) -> None:
        with ImapSource(mailbox) as source:
            dovecot.append(account.name, message(1), flags=[rb"\Seen"])
            batches = list(source.fetch_new(None, 10, ANY_SIZE))
        seen = [each.raw for batch in batches for each in batch.messages]
        assert seen + visit(mailbox, batches[-1].cursor)[0] == [message(1)]

    @pytest.mark.covers("RUN-07")
    def test_the_next_visit_takes_only_what_came_since(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(1))
        _, cursor = visit(mailbox)
        again, unchanged = visit(mailbox, cursor)
        assert (again, unchanged) == ([], cursor)
        dovecot.append(account.name, message(2))
        assert visit(mailbox, cursor)[0] == [message(2)]

    def test_old_mail_that_is_marked_unread_later_stays_history(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(1), flags=[rb"\Seen"])
        _, cursor = visit(mailbox)
        with dovecot.client(account.name) as client:
            client.remove_flags(client.search("ALL"), [rb"\Seen"])
        assert visit(mailbox, cursor)[0] == []

    def test_the_limit_leaves_the_rest_to_the_next_visit(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(0), flags=[rb"\Seen"])
        dovecot.append_all(account.name, [message(number) for number in range(1, 6)])
        first, cursor = visit(mailbox, limit=3)
        second, cursor = visit(mailbox, cursor, limit=3)
        assert first + second == [message(number) for number in range(1, 6)]
        assert visit(mailbox, cursor, limit=3)[0] == []

    def test_what_somebody_marked_as_deleted_is_not_taken(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(1), flags=[rb"\Deleted"])
        dovecot.append(account.name, message(2))
        assert visit(mailbox)[0] == [message(2)]

    @pytest.mark.covers("RUN-03")
    def test_a_new_uidvalidity_looks_at_mail_since_the_last_visit_again(
        self, dovecot: Dovecot, account: Account, mailbox: Imap
    ) -> None:
        _, cursor = visit(mailbox)
        long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        dovecot.append(account.name, message(1), flags=[rb"\Seen"], when=long_ago)
        dovecot.append(account.name, message(2), when=long_ago)
        dovecot.append(account.name, message(3), flags=[rb"\Seen"])
        other = json.dumps({**json.loads(cursor or ""), "uid_validity": 1})
        assert visit(mailbox, other)[0] == [message(2), message(3)]

    def test_another_folder_begins_anew(self, dovecot: Dovecot, account: Account, mailbox_of: MailboxOf) -> None:
        _, cursor = visit(mailbox_of(account))
        with dovecot.client(account.name, None) as client:
            client.create_folder("Störungen & Wünsche ✉")
        dovecot.append(account.name, message(1), "Störungen & Wünsche ✉", flags=[rb"\Seen"])
        dovecot.append(account.name, message(2), "Störungen & Wünsche ✉")
        assert visit(mailbox_of(account, folder="Störungen & Wünsche ✉"), cursor)[0] == [message(2)]

    def test_a_cursor_that_cannot_be_read_is_as_none(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append(account.name, message(1))
        assert visit(mailbox, "not a cursor")[0] == [message(1)]


class TestBatches:
    """RUN-07: what is in memory at once is bounded."""

    @pytest.mark.covers("RUN-07")
    def test_a_batch_is_bounded_by_count(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(BATCH_MESSAGES + 1)])
        assert [len(batch.messages) for batch in self.batches(mailbox)] == [BATCH_MESSAGES, 1]

    @pytest.mark.covers("RUN-07")
    def test_a_batch_is_bounded_by_bytes_and_a_larger_message_stands_alone(
        self, dovecot: Dovecot, account: Account, mailbox: Imap
    ) -> None:
        sizes = [BATCH_BYTES // 2, BATCH_BYTES // 3, BATCH_BYTES // 2, 2 * BATCH_BYTES, 100]
        dovecot.append_all(account.name, [message(number, size) for number, size in enumerate(sizes)])
        assert [len(batch.messages) for batch in self.batches(mailbox)] == [2, 1, 1, 1]

    @pytest.mark.covers("RUN-03")
    def test_each_batch_carries_the_cursor_to_go_on_from(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(BATCH_MESSAGES + 2)])
        first, _ = self.batches(mailbox)
        assert visit(mailbox, first.cursor)[0] == [message(BATCH_MESSAGES), message(BATCH_MESSAGES + 1)]

    def test_a_visit_can_end_after_any_batch(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(2 * BATCH_MESSAGES)])
        with ImapSource(mailbox) as source:
            batches = source.fetch_new(None, 1000, ANY_SIZE)
            next(batches)
            batches.close()  # type: ignore[attr-defined]
            assert source.unread() == 2 * BATCH_MESSAGES

    def test_an_error_of_the_reader_ends_the_visit_at_once(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(3 * BATCH_MESSAGES)])
        with pytest.raises(RuntimeError, match="ours"), ImapSource(mailbox) as source:
            for _ in source.fetch_new(None, 1000, ANY_SIZE):
                raise RuntimeError("ours")
        assert dovecot.counts(account.name) == {"INBOX": 3 * BATCH_MESSAGES}

    def batches(self, mailbox: Imap) -> list[Batch]:
        with ImapSource(mailbox) as source:
            return list(source.fetch_new(None, 1000, ANY_SIZE))


class TestFetchAgain:
    def test_messages_come_again_and_those_gone_are_left_out(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(3)])
        with ImapSource(mailbox) as source:
            refs = [each.ref for batch in source.fetch_new(None, 10, ANY_SIZE) for each in batch.messages]
            source.settle(refs[1:2], PostAction.DELETE, nothing_kept)
            again = list(source.fetch([*refs, MessageRef("1 INBOX", "1")], ANY_SIZE))
        assert [(each.ref, each.raw) for each in again] == [(refs[0], message(0)), (refs[2], message(2))]

    def test_when_it_was_received_is_told_with_its_zone(self, dovecot: Dovecot, account: Account, mailbox: Imap) -> None:
        when = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
        dovecot.append(account.name, message(1), when=when)
        with ImapSource(mailbox) as source:
            ((fetched,),) = (batch.messages for batch in source.fetch_new(None, 10, ANY_SIZE))
        assert fetched.received_at == when


class TestRefusals:
    @pytest.mark.covers("MON-04")
    def test_a_wrong_password_counts_as_a_failed_sign_in(self, mailbox_of: MailboxOf, account: Account) -> None:
        with pytest.raises(SignInRefused) as refused, ImapSource(mailbox_of(account, password="wrong one")):
            pass
        assert (refused.value.authentication, refused.value.facts["account"]) == (True, account.name)

    def test_no_password_is_told_before_anything_is_sent(self, mailbox_of: MailboxOf, account: Account) -> None:
        with pytest.raises(PasswordMissing), ImapSource(mailbox_of(account, password=None)):
            pass

    def test_a_folder_that_is_missing_is_named(self, mailbox_of: MailboxOf, account: Account) -> None:
        with pytest.raises(FolderMissing, match="Nowhere"), ImapSource(mailbox_of(account, folder="Nowhere")):
            pass

    @pytest.mark.covers("RUN-06")
    def test_after_abort_every_call_says_cancelled(self, mailbox: Imap) -> None:
        with ImapSource(mailbox) as source:
            source.abort()
            with pytest.raises(Cancelled):
                source.unread()


@pytest.mark.covers("IN-18")
@pytest.mark.parametrize("folder", ["Büro.Ein/Aus Köln", "Büro/Köln Süd/Ein und aus"], ids=["nested", "one name"])
def test_a_slash_is_a_letter_of_the_name_where_a_dot_nests(old_dovecot: Dovecot, mailbox_of: MailboxOf, folder: str) -> None:
    account = old_dovecot.new_account()
    with old_dovecot.client(account.name) as client:
        client.create_folder(folder)
    old_dovecot.append_all(account.name, [message(1)], folder)
    with ImapSource(mailbox_of(account, "plain", old_dovecot, folder=folder)) as source:
        [batch] = source.fetch_new(None, 10, ANY_SIZE)
        assert [each.raw for each in batch.messages] == [message(1)]
        assert source.unread() == 1
        assert not source.settle([each.ref for each in batch.messages], PostAction.MOVE, nothing_kept).failed
    counts = old_dovecot.counts(account.name)
    assert (counts[folder], counts["TrackItProcessedEmails"]) == (0, 1)


@pytest.mark.covers("RUN-03", "MON-06")
def test_what_was_left_of_the_inbox_is_found_however_it_is_written_today(
    dovecot: Dovecot, account: Account, mailbox: Imap
) -> None:
    """INBOX has no letter case (RFC 3501 section 5.1), and an admin may write it otherwise in between."""
    dovecot.append_all(account.name, [message(1), message(2)])
    with ImapSource(mailbox) as source:
        one, two = [each.ref for batch in source.fetch_new(None, 9, ANY_SIZE) for each in batch.messages]
    with ImapSource(mailbox.model_copy(update={"folder": "Inbox"})) as source:
        [fetched] = source.fetch([one], ANY_SIZE)
        assert (fetched.ref, fetched.raw) == (one, message(1))
        settled = source.settle([one, two], PostAction.DELETE, nothing_kept)
    assert (settled.done, settled.failed) == ([one, two], {})
    assert dovecot.counts(account.name)["INBOX"] == 0


@pytest.mark.covers("MON-06")
def test_what_is_not_let_go_of_the_inbox_has_the_name_that_was_asked_for(
    dovecot: Dovecot, account: Account, mailbox: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.append_all(account.name, [message(1), message(2)])
    with ImapSource(mailbox) as source:
        one, two = [each.ref for batch in source.fetch_new(None, 9, ANY_SIZE) for each in batch.messages]
    monkeypatch.setattr(Settling, "settle", lambda _self, uids, _action, _copied: ({uids[1]: "locked"}, set()))
    with ImapSource(mailbox.model_copy(update={"folder": "inbox"})) as source:
        settled = source.settle([one, two], PostAction.DELETE, nothing_kept)
    assert (settled.done, settled.failed) == ([one], {two: "locked"})
